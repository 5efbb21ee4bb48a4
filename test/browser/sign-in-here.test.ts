/**
 * One browser for both parts: it shows the login page, and it is linked. Its popup takes that page's sign-in without a
 * code being read, under the same rules: a press claims, the card asks, the site's policy holds, and the tab stays itself.
 */
import type { Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { SHOP_NAME } from '../demo/shop.ts'
import { faults } from './harness/axe.ts'
import { kept } from './harness/background.ts'
import type { Profile } from './harness/profile.ts'
import { approve, codeOf, greets, numberOf, openLogin } from './harness/scenes.ts'
import { ADA, Stage } from './harness/stage.ts'
import { linkTo, press, reads, said, switchOn, useGateway } from './harness/steps.ts'
import type { Widget } from './harness/widget.ts'

let stage: Stage
let browser: Profile

beforeAll(async () => {
  stage = await Stage.set()
  browser = await stage.profile()
  await useGateway(browser, stage.gateway.issuer)
  await switchOn(browser, SHOP_NAME)
})
afterAll(() => stage?.[Symbol.asyncDispose]())
afterEach(async () => {
  await browser.browser.deleteCookie(...(await browser.browser.cookies()))
  for (const page of await browser.browser.pages()) if (page.url().startsWith(stage.shop)) await page.close()
})

const offers = (popup: Page): Promise<boolean> =>
  popup.evaluate((name) => document.body.innerText.includes(name), said('popup_sign_in_here'))

async function take(widget: Widget): Promise<Page> {
  const popup = await browser.openPopup(widget.page)
  await press(popup, 'popup_sign_in_here')
  await reads(popup, said('ask_title'))
  return popup
}

test('a browser that is not linked offers none of it', async () => {
  const widget = await openLogin(browser, stage.shop)
  const popup = await browser.openPopup(widget.page)
  await reads(popup, said('popup_not_linked'))
  expect(await offers(popup)).toBe(false)
  await popup.close()
  await linkTo(browser, stage.gateway.issuer, ADA)
})

test('nothing is claimed before the press; then the card asks, the page’s number is typed, and it is signed in', async () => {
  const widget = await openLogin(browser, stage.shop)
  const popup = await browser.openPopup(widget.page)
  await reads(popup, said('popup_sign_in_here_hint', { site: SHOP_NAME }))
  expect(await faults('popup-sign-in-here', popup)).toEqual([])
  await codeOf(widget)
  await press(popup, 'popup_sign_in_here')
  await reads(popup, said('ask_title'))
  await reads(popup, new URL(stage.shop).host)
  await reads(popup, said('ask_address_seen'))
  await reads(popup, said('ask_number_hint_here'))
  expect(await faults('popup-ask-here', popup)).toEqual([])
  await approve(popup, await numberOf(widget))
  await greets(widget.page, ADA.name)
  await reads(popup, said('ask_done_approved'))
  await press(popup, 'close')
  await popup.close()
})

test('a site that asks for a tap gets one, and a wrong number is as wrong as ever (G15)', async () => {
  const widget = await openLogin(browser, stage.shop)
  const popup = await take(widget)
  const number = await numberOf(widget)
  await approve(popup, number === '10' ? '11' : '10')
  await reads(popup, said('ask_done_mismatch'))
  await press(popup, 'close')
  await popup.close()

  await stage.gateway.nod(['client', 'update', SHOP_NAME, '--confirm', 'tap'])
  const [, other] = [await widget.page.close(), await openLogin(browser, stage.shop)]
  const again = await take(other)
  await press(again, 'ask_approve')
  await greets(other.page, ADA.name)
  await press(again, 'close')
  await again.close()
  await stage.gateway.nod(['client', 'update', SHOP_NAME, '--confirm', 'number'])
})

test('the answer is for the very document that was there at the press (X12)', async () => {
  const widget = await openLogin(browser, stage.shop)
  const popup = await take(widget)
  const [item] = (await kept(browser)).session.inbox?.items ?? []
  expect(item?.observed).toMatchObject({ origin: stage.shop, document: expect.any(String) })
  await widget.page.goto(`${stage.shop}/login`)
  await reads(popup, said('ask_gone'))
  await press(popup, 'close')
  await reads(popup, said('popup_nothing'))
  await popup.close()
})

test('it is offered on no other tab, and not while somebody else’s scan is under way', async () => {
  const widget = await openLogin(browser, stage.shop)
  const home = await browser.open(stage.shop)
  const popup = await browser.openPopup(home)
  await reads(popup, said('popup_nothing'))
  expect(await offers(popup)).toBe(false)
  await popup.close()
  const here = await take(widget)
  await press(here, 'ask_release')
  await reads(here, said('popup_nothing'))
  await here.close()
})

test('a tab whose page has gone since is not claimed for, whoever asks', async () => {
  const widget = await openLogin(browser, stage.shop)
  const [tab_id] = Object.keys((await kept(browser)).session.pages ?? {})
  const popup = await browser.openPopup(widget.page)
  await reads(popup, said('popup_sign_in_here'))
  await widget.page.goto(stage.shop)
  const { accounts } = (await kept(browser)).local
  const input = { tab_id: Number(tab_id), account_id: accounts![0]!.account_id }
  const ask = (input: object) => chrome.runtime.sendMessage({ name: 'sign_in_here', input })
  expect(await popup.evaluate(ask, input)).toMatchObject({ ok: false, problem: { code: 'tab_moved' } })
  await popup.close()
})

declare const chrome: { runtime: { sendMessage(message: object): Promise<unknown> } }
