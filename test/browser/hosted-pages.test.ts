/**
 * The same job with no extension anywhere: the shop's link leads to the gateway's own page with the code, and a phone
 * (here a browser that has never seen the gateway) opens what its camera read, or types the letters.
 */
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Profile } from './harness/profile.ts'
import { readCode } from './harness/read-code.ts'
import { approve, greets } from './harness/scenes.ts'
import { ADA, Stage } from './harness/stage.ts'
import { fill, follow, press, reads, said, signIn } from './harness/steps.ts'

let stage: Stage
let laptop: Profile
let phone: Profile

beforeAll(async () => {
  stage = await Stage.set()
  laptop = await stage.profile({ extension: false })
  phone = await stage.profile({ extension: false })
})
afterAll(() => stage?.[Symbol.asyncDispose]())

async function followLink(): Promise<Page> {
  const page = await laptop.open(`${stage.shop}/login`)
  await follow(page, 'Sign in with Nod')
  await reads(page, said('qr_scan'))
  expect(new URL(page.url()).origin).toBe(stage.gateway.issuer)
  return page
}

const numberOn = async (page: Page): Promise<string> => {
  await reads(page, said('qr_claimed_number'))
  return page.$eval('.nod-number', (element) => element.textContent)
}

test('a phone opens the code, signs in, sets itself up, and approves', async () => {
  const page = await followLink()
  const opened = await phone.open(await readCode(page))
  expect(opened.url(), 'the ticket does not stay in the address bar').not.toMatch(/#.*\./)
  await signIn(opened, ADA)
  await press(opened, 'page_enrol_accept')
  await reads(opened, said('ask_title'))
  await reads(opened, new URL(stage.shop).host)
  await approve(opened, await numberOn(page))

  await reads(opened, said('ask_done_approved'))
  await greets(page, ADA.name)
  await page.locator('::-p-aria([name="Sign out"][role="button"])').click()
})

test('a phone that is set up types the letters and says no (RFC 10027 §6.1.13)', async () => {
  const page = await followLink()
  const letters = await page.$eval('.nod-code', (element) => element.textContent)
  const opened = await phone.open(`${stage.gateway.issuer}/code`)
  await reads(opened, said('page_code_warning'))
  await fill(opened, 'code_label', letters)
  await press(opened, 'code_submit')
  await reads(opened, said('ask_title'))
  await press(opened, 'ask_deny')

  await reads(opened, said('ask_done_denied'))
  await reads(page, said('qr_denied'))
  expect(new URL(page.url()).origin).toBe(stage.gateway.issuer)
})
