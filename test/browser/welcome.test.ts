/**
 * The first minute of a browser that has just got the extension: three steps on one page, each with its own check, and what
 * it says when one does not work.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../demo/ports.ts'
import { SHOP_NAME } from '../demo/shop.ts'
import { faults } from './harness/axe.ts'
import { HostileSite } from './harness/hostile-site.ts'
import type { Profile } from './harness/profile.ts'
import { codeOf, openLogin } from './harness/scenes.ts'
import { ADA, Stage } from './harness/stage.ts'
import { fill, press, reads, said, signIn } from './harness/steps.ts'

let stage: Stage
let browser: Profile
let other: HostileSite

beforeAll(async () => {
  stage = await Stage.set()
  other = await HostileSite.open({ host: 'localhost' })
  browser = await stage.profile({ welcome: true })
  await browser.allow('http://localhost/*', 'http://127.0.0.1/*')
})
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]()
  await other?.close()
})

test('three steps, from nothing to a code on a site’s login page', async () => {
  const { issuer } = stage.gateway
  const page = await browser.tab((url) => url.endsWith('/welcome.html'))
  await page.setViewport({ width: 1280, height: 900 })
  await page.bringToFront()
  await reads(page, said('welcome_later', { number: '1' }))
  expect(await faults('welcome-first', page)).toEqual([])

  const refused = async (address: string, text: string) => {
    await fill(page, 'options_gateway_address', address)
    await press(page, 'options_gateway_use')
    await reads(page, text)
  }
  await refused('http://nod.example', said('options_error_bad_address'))
  await refused(`http://localhost:${await freePort()}`, said('error_unreachable'))
  await refused(stage.shop, said('error_not_a_gateway'))
  // Another provider of the same standard is none either.
  other.show('/.well-known/openid-configuration', JSON.stringify({ issuer: other.origin }), {
    'content-type': 'application/json',
  })
  await refused(stage.gateway.issuer.replace('localhost', '127.0.0.1'), said('options_error_other_issuer', { issuer }))
  await refused(other.origin, said('error_not_a_gateway'))
  expect(await faults('welcome-no-gateway', page)).toEqual([])

  await fill(page, 'options_gateway_address', issuer)
  await press(page, 'options_gateway_use')
  await reads(page, said('welcome_done'))
  await reads(page, said('welcome_later', { number: '2' }))

  await press(page, 'popup_link')
  const first = await browser.tab((url) => url.startsWith(`${issuer}/link`))
  await signIn(first, ADA)
  await press(first, 'page_link_refuse')
  await reads(first, said('page_link_refused'))
  await first.close()
  await page.bringToFront()
  await reads(page, said('options_error_link_refused'))
  expect(await faults('welcome-refused', page)).toEqual([])

  await press(page, 'popup_link')
  await reads(page, said('options_link_waiting'))
  const second = await browser.tab((url) => url.startsWith(`${issuer}/link`))
  await press(second, 'page_link_accept')
  await reads(second, said('page_link_accepted'))
  await second.close()
  await page.bringToFront()
  await reads(page, said('welcome_ready_without_sites'))

  const id = await page.$$eval(
    'label',
    (all, name) => all.find((one) => one.innerText.startsWith(name))?.htmlFor,
    SHOP_NAME,
  )
  await page.locator(`[id="${id}"]`).click()
  await reads(page, said('welcome_ready_hint'))
  expect(await faults('welcome-ready', page)).toEqual([])
  await codeOf(await openLogin(browser, stage.shop))
})
