/**
 * Scanning a code that is on the screen of this very browser: fine on the site's own page, and stopped on any other,
 * since there it is a code that somebody passed on (SECURITY.md: "a code that was passed on is refused").
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SHOP_NAME } from '../demo/shop.ts'
import { drawCode } from './harness/draw-code.ts'
import { type EvilSite, openEvilSite } from './harness/evil.ts'
import type { Profile } from './harness/profile.ts'
import { readCode } from './harness/read-code.ts'
import { approve, codeOf, greets, numberOf, openLogin } from './harness/scenes.ts'
import { ADA, Stage } from './harness/stage.ts'
import { linkTo, press, reads, said, switchOn, useGateway } from './harness/steps.ts'

let stage: Stage
let browser: Profile
let evil: EvilSite

beforeAll(async () => {
  // A code that was let go of shows again at its next turn, which is soon.
  stage = await Stage.set({ settings: { NOD_TICKET_SECONDS: '12' } })
  browser = await stage.profile()
  await useGateway(browser, stage.gateway.issuer)
  await linkTo(browser, stage.gateway.issuer, ADA)
  await switchOn(browser, SHOP_NAME)
  evil = await openEvilSite(stage.shop, stage.gateway.issuer)
})
afterAll(async () => {
  await evil?.close()
  await stage?.[Symbol.asyncDispose]()
})

test('on the site’s own page it is taken, and signs that page in (RFC 10027 §6.1.1)', async () => {
  const widget = await openLogin(browser, stage.shop)
  const popup = await browser.openPopup(widget.page)
  await press(popup, 'popup_scan_tab')
  await reads(popup, said('ask_title'))
  await approve(popup, await numberOf(widget))
  await greets(widget.page, ADA.name)
  await press(popup, 'close')
  await popup.close()
  await press(widget.page, 'page_sign_out')
})

test('when the page that asks has gone away, so has the request', async () => {
  const widget = await openLogin(browser, stage.shop)
  const popup = await browser.openPopup(widget.page)
  await press(popup, 'popup_scan_tab')
  await reads(popup, said('ask_title'))
  await widget.page.goto(stage.shop)
  await reads(popup, said('ask_gone'))
  await press(popup, 'close')
  await popup.close()
})

test('when the tab that was scanned shows another page by then, nothing is approved', async () => {
  const widget = await openLogin(browser, stage.shop)
  const code = await readCode(widget.page)
  const copy = await browser.open(stage.shop)
  await drawCode(copy, code)
  const popup = await browser.openPopup(copy)
  await press(popup, 'popup_scan_tab')
  await reads(popup, said('ask_title'))
  await copy.goto(evil.origin)
  await approve(popup, await numberOf(widget))
  await reads(popup, said('popup_tab_moved'))
  await press(popup, 'popup_let_go')
  await codeOf(widget)
  await popup.close()
})

test('on another site’s page it is blocked, naming both, and nothing is claimed (RFC 10027 §6.1.1)', async () => {
  const page = await browser.open(evil.origin)
  const popup = await browser.openPopup(page)
  await press(popup, 'popup_scan_tab')
  await reads(popup, said('popup_blocked'))
  await reads(popup, new URL(evil.origin).host)
  await reads(popup, new URL(stage.shop).host)
  expect(await evil.state()).toBe('pending')
})
