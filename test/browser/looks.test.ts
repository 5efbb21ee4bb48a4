/**
 * Every page, popup and widget in each of its states, judged by axe in light and dark, and photographed for people to
 * look at (test/browser/out). One walk through everything, in the order in which a person meets it.
 */
import { join } from 'node:path'
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { SHOP_NAME } from '../demo/shop.ts'
import { faults } from './harness/axe.ts'
import { pointCamera } from './harness/camera.ts'
import { openEvilSite } from './harness/evil.ts'
import type { Profile } from './harness/profile.ts'
import { readCode } from './harness/read-code.ts'
import { approve, claimByCode, codeOf, greets, numberOf, openLogin } from './harness/scenes.ts'
import { ADA, Stage } from './harness/stage.ts'
import { fill, follow, press, reads, said, signIn, switchOn, useGateway } from './harness/steps.ts'
import type { Widget } from './harness/widget.ts'

/** Each looks at many states, and to judge one takes a busy machine seconds. */
vi.setConfig({ testTimeout: 240_000 })

let stage: Stage
let issuer: string
let laptop: Profile
let device: Profile
let phone: Profile
let behind: Page

beforeAll(async () => {
  stage = await Stage.set()
  issuer = stage.gateway.issuer
  const camera = join(stage.folder, 'camera.mjpeg')
  laptop = await stage.profile()
  await pointCamera(camera, await laptop.open(stage.shop))
  device = await stage.profile({ camera })
  phone = await stage.profile({ extension: false })
  behind = await device.open(stage.shop)
})
afterAll(() => stage?.[Symbol.asyncDispose]())

const looks = async (name: string, page: Page): Promise<void> => expect(await faults(name, page)).toEqual([])
const widgetLooks = (name: string, { page }: Widget): Promise<void> => looks(name, page)

test('the demo shop', async () => {
  const page = await phone.open(stage.shop)
  await looks('shop-home', page)
  await page.goto(`${stage.shop}/login?problem=declined`)
  await looks('shop-login', page)
  await page.close()
})

test('setting the extension up', async () => {
  const empty = await device.openPopup(behind)
  await reads(empty, said('popup_not_linked'))
  await looks('popup-not-linked', empty)
  await empty.close()

  const options = await device.openOwn('options.html')
  await fill(options, 'options_gateway_address', 'http://nod.example')
  await press(options, 'options_gateway_use')
  await looks('options-bad-address', options)
  await options.close()
  await useGateway(laptop, issuer)
  await switchOn(laptop, SHOP_NAME)
})

test('linking', async () => {
  await useGateway(device, issuer)
  const options = await device.openOwn('options.html')
  await press(options, 'popup_link')
  const page = await device.tab((url) => url.startsWith(`${issuer}/link`))
  await reads(page, said('page_sign_in_submit'))
  await looks('link-sign-in', page)
  await signIn(page, { ...ADA, password: 'not her password' })
  await reads(page, said('error_sign_in_failed'))
  await looks('link-sign-in-failed', page)
  await signIn(page, ADA)
  await reads(page, said('page_link_accept'))
  await looks('link-ask', page)
  await options.bringToFront()
  await looks('options-linking', options)
  await page.bringToFront()
  await press(page, 'page_link_accept')
  await reads(page, said('page_link_accepted'))
  await looks('link-accepted', page)
  await options.bringToFront()
  await reads(options, said('options_unlink'))
  await looks('options-linked', options)
  await options.close()
})

test('the widget and the popup, from the code to the answer', async () => {
  const widget = await openLogin(laptop, stage.shop)
  await widgetLooks('widget-scan', widget)
  const popup = await device.openPopup(behind)
  await looks('popup-ways', popup)
  await press(popup, 'popup_enter_code')
  await fill(popup, 'code_label', 'AEIO')
  await press(popup, 'code_submit')
  await reads(popup, said('code_invalid'))
  await looks('popup-bad-code', popup)
  await press(popup, 'back')

  await claimByCode(popup, await codeOf(widget))
  await looks('popup-ask', popup)
  await numberOf(widget)
  await widgetLooks('widget-number', widget)
  await press(popup, 'ask_deny')
  await reads(popup, said('ask_done_denied'))
  await looks('popup-denied', popup)
  await widget.shows(new RegExp(said('qr_denied')))
  await widgetLooks('widget-denied', widget)
  await press(popup, 'close')

  await (await widget.button(said('qr_new_code'))).click()
  await claimByCode(popup, await codeOf(widget))
  await approve(popup, await numberOf(widget))
  await reads(popup, said('ask_done_approved'))
  await looks('popup-approved', popup)
  await greets(widget.page, ADA.name)
  await looks('shop-account', widget.page)
  await press(popup, 'close')
  await popup.close()
})

test('a code that was passed on', async () => {
  await using end = new AsyncDisposableStack()
  const evil = await openEvilSite(stage.shop, issuer)
  end.defer(evil.close)
  const popup = await device.openPopup(await device.open(evil.origin))
  await press(popup, 'popup_scan_tab')
  await reads(popup, said('popup_blocked'))
  await looks('popup-blocked', popup)
  await popup.close()
})

test('the camera', async () => {
  const scan = await device.openOwn('scan.html')
  await reads(scan, said('scan_aim'))
  await looks('scan-camera', scan)
  await scan.close()
})

test('the hosted pages', async () => {
  const page = await phone.open(`${stage.shop}/login`)
  await follow(page, 'Sign in with Nod')
  await reads(page, said('qr_scan'))
  await looks('authorize-scan', page)

  const opened = await phone.open('about:blank')
  await opened.setViewport({ width: 390, height: 844, deviceScaleFactor: 2, isMobile: true, hasTouch: true })
  await page.bringToFront()
  const link = await readCode(page)
  await opened.bringToFront()
  await opened.goto(link)
  await reads(opened, said('page_sign_in_submit'))
  await looks('approve-sign-in', opened)
  await signIn(opened, ADA)
  await reads(opened, said('page_enrol_accept'))
  await looks('approve-enrol', opened)
  await press(opened, 'page_enrol_accept')
  await reads(opened, said('ask_title'))
  await looks('approve-ask', opened)
  await page.bringToFront()
  await reads(page, said('qr_claimed_number'))
  await looks('authorize-number', page)
  await opened.bringToFront()
  await press(opened, 'ask_deny')
  await reads(opened, said('ask_done_denied'))
  await looks('approve-denied', opened)
  await page.bringToFront()
  await reads(page, said('qr_denied'))
  await looks('authorize-denied', page)

  await opened.bringToFront()
  await opened.goto(`${issuer}/code`)
  await reads(opened, said('code_submit'))
  await looks('code', opened)
  await opened.goto(`${issuer}/sign-in`)
  await looks('sign-in-done', opened)
  await opened.goto(`${issuer}/authorize?client_id=nobody`)
  await looks('authorize-unknown-client', opened)
})
