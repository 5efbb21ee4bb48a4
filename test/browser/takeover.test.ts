/**
 * The gateway's page for a scanned code, opened in a browser that is linked: the extension takes the request over, and it
 * waits in the popup. Only for that page, only once it is seen, and never more than a claim.
 */
import type { Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Client } from '../demo/gateway.ts'
import { faults } from './harness/axe.ts'
import { addSite, askFor, type BarePage } from './harness/bare-page.ts'
import { HostileSite } from './harness/hostile-site.ts'
import type { Profile } from './harness/profile.ts'
import { approve } from './harness/scenes.ts'
import { ADA, Stage } from './harness/stage.ts'
import { linkTo, press, reads, said, signIn, useGateway } from './harness/steps.ts'

const SITE = 'https://shop.example'

let stage: Stage
let client: Client
let device: Profile

beforeAll(async () => {
  stage = await Stage.set()
  client = await addSite(stage.gateway, 'Shop', SITE)
  device = await stage.profile()
  await useGateway(device, stage.gateway.issuer)
  await linkTo(device, stage.gateway.issuer, ADA)
  await device.browser.deleteCookie(...(await device.browser.cookies()))
})
afterAll(() => stage?.[Symbol.asyncDispose]())
afterEach(async () => {
  for (const page of await device.browser.pages()) if (page.url().startsWith('http')) await page.close()
})

const begin = (): Promise<BarePage> => askFor(stage.gateway, client, SITE)
const stateOf = async (page: BarePage): Promise<string> => (await page.view()).state

async function openTaken(waiting: BarePage): Promise<Page> {
  const page = await device.open(await waiting.link())
  await reads(page, said('page_takeover_title'))
  return page
}

test('the request waits in the popup, says that it came as a link, and takes the number as ever', async () => {
  const waiting = await begin()
  const page = await openTaken(waiting)
  expect(await faults('approve-taken-over', page)).toEqual([])
  expect(await stateOf(waiting)).toBe('claimed')
  expect(page.url()).toBe(`${stage.gateway.issuer}/q`)
  const popup = await device.openPopup(page)
  await reads(popup, said('ask_title'))
  await reads(popup, said('ask_carried'))
  await reads(popup, said('ask_sign_carried'))
  expect(await popup.evaluate(() => document.body.innerText)).not.toContain(said('ask_address_seen'))
  await press(popup, 'ask_sure_yes')
  await approve(popup, (await waiting.view()).match_number!)
  await reads(popup, said('ask_done_approved'))
  await press(popup, 'close')
  await popup.close()
  await reads(page, said('page_takeover_over'))
  expect(await faults('approve-taken-over-done', page)).toEqual([])
  expect(await stateOf(waiting)).toBe('approved')
})

test('another code in the same tab is taken over as well', async () => {
  const [first, second] = [await begin(), await begin()]
  const page = await openTaken(first)
  await page.goto(await second.link())
  await expect.poll(() => stateOf(second)).toBe('claimed')
  await reads(page, said('page_takeover_title'))
  const popup = await device.openPopup(page)
  for (const waiting of [first, second]) {
    await press(popup, 'ask_deny')
    await press(popup, 'close')
    expect(await stateOf(waiting)).toMatch(/denied|claimed/)
  }
  expect([await stateOf(first), await stateOf(second)]).toEqual(['denied', 'denied'])
  await popup.close()
})

test('only a person’s own press opens the window, and nothing is answered by it', async () => {
  const waiting = await begin()
  const page = await openTaken(waiting)
  await page.evaluate(() => document.querySelector<HTMLElement>('[data-nod-open]')?.click())
  await press(page, 'page_takeover_open')
  const windows = () =>
    device.background.evaluate(async () => {
      const open = await chrome.windows.getAll({ populate: true })
      const tabs = open.flatMap(({ tabs }) => tabs).filter(({ url }) => url?.endsWith('/popup.html'))
      const popups = (await chrome.runtime.getContexts?.({ contextTypes: ['POPUP'] })) ?? []
      return tabs.length + popups.length
    })
  await expect.poll(windows).toBe(1)
  expect(await stateOf(waiting)).toBe('claimed')
})

test('a page in a tab behind others has been opened by nobody yet', async () => {
  await device.open(stage.shop)
  const waiting = await begin()
  const page = await device.browser.newPage({ background: true })
  await page.goto(await waiting.link())
  await reads(page, said('page_takeover_taking'))
  expect(await stateOf(waiting)).toBe('pending')
  await page.bringToFront()
  await reads(page, said('page_takeover_title'))
  expect(await stateOf(waiting)).toBe('claimed')
})

test('the page goes on by itself where its person wants that: the same request, answered there', async () => {
  const waiting = await begin()
  const page = await openTaken(waiting)
  await press(page, 'page_takeover_here')
  await signIn(page, ADA)
  await press(page, 'page_enrol_accept')
  await reads(page, said('ask_title'))
  await press(page, 'ask_deny')
  await reads(page, said('ask_done_denied'))
  expect(await stateOf(waiting)).toBe('denied')
})

test('a code that is over is left to the page to tell of', async () => {
  const waiting = await begin()
  const link = await waiting.link()
  const page = await openTaken(waiting)
  const popup = await device.openPopup(page)
  await press(popup, 'ask_deny')
  await press(popup, 'close')
  await popup.close()
  const again = await device.open(link)
  await reads(again, said('page_approve_rescan'))
})

test('a page at the same path of another origin is given nothing, and claims nothing', async () => {
  // On the gateway's own host, where a script's address pattern cannot tell one port from another.
  const site = await HostileSite.open({ host: 'localhost' })
  try {
    site.show('/q', '<!doctype html><html lang="en"><title>Tea</title><p>Tea</p></html>')
    const waiting = await begin()
    const page = await device.open((await waiting.link()).replace(stage.gateway.issuer, site.origin))
    await reads(page, 'Tea')
    await page.waitForFunction(() => !document.documentElement.hasAttribute('data-nod-takeover'))
    expect(await stateOf(waiting)).toBe('pending')
  } finally {
    await site.close()
  }
})

declare const chrome: {
  windows: { getAll(how: object): Promise<{ tabs: { url?: string }[] }[]> }
  runtime: { getContexts?(which: object): Promise<unknown[]> }
}
