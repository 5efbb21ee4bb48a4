/**
 * The account's page and the popup's view of it, live: what one device does, the other shows at once; two presses sign a
 * browser out, and the real shop, told by the gateway, lets it in no more.
 */
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SHOP_NAME } from '../demo/shop.ts'
import { faults } from './harness/axe.ts'
import { BROWSER } from './harness/browsers.ts'
import type { Profile } from './harness/profile.ts'
import { approve, claimByCode, codeOf, greets, numberOf, openLogin } from './harness/scenes.ts'
import { ADA, Stage } from './harness/stage.ts'
import { fill, linkTo, press, pressFor, reads, reloadsTo, said, signIn, switchOn, useGateway } from './harness/steps.ts'

let stage: Stage
let laptop: Profile
let device: Profile
/** A browser that is signed in to the gateway and approves nothing: all it shows came by the watch. */
let account: Page
let behind: Page
let popup: Page

const PHONE = { width: 390, height: 844, deviceScaleFactor: 2, isMobile: true, hasTouch: true }

beforeAll(async () => {
  stage = await Stage.set()
  laptop = await stage.profile()
  device = await stage.profile()
  for (const profile of [laptop, device]) await useGateway(profile, stage.gateway.issuer)
  await switchOn(laptop, SHOP_NAME)
  const other = await stage.profile({ extension: false })
  account = await other.open(`${stage.gateway.issuer}/account`)
  await signIn(account, ADA)
  await reads(account, said('account_sign_ins_none'))
}, 180_000)
afterAll(() => stage?.[Symbol.asyncDispose]())

const looks = async (name: string, page: Page): Promise<void> => expect(await faults(name, page)).toEqual([])

/** Lets the laptop in at the shop by the device's popup, which is left open. */
async function scanIn(): Promise<Page> {
  const widget = await openLogin(laptop, stage.shop)
  popup = await device.openPopup(behind)
  await claimByCode(popup, await codeOf(widget))
  await approve(popup, await numberOf(widget))
  await greets(widget.page, ADA.name)
  await press(popup, 'close')
  return widget.page
}

test('a device that is linked elsewhere appears on the page by itself', async () => {
  await reads(account, said('account_devices_none'))
  await linkTo(device, stage.gateway.issuer, ADA)
  behind = await device.open(stage.shop)
  await reads(account, said('device_extension'))
  await reads(account, said('did_link_accepted', { device: '' }).trim())
})

test('a browser that is let in by a scan appears, and two presses sign it out at the shop', async () => {
  const shop = await scanIn()
  await reads(account, SHOP_NAME)
  await reads(account, said('did_approved', { site: SHOP_NAME }))
  await looks('account-signed-in', account)

  await pressFor(account, 'sign_out', SHOP_NAME)
  await looks('account-sign-out', account)
  await account.keyboard.press('Escape')
  await shop.reload()
  await greets(shop, ADA.name)

  await pressFor(account, 'sign_out', SHOP_NAME)
  await press(account, 'sign_out_sure')
  await reads(account, said('signed_out_told'))
  await reads(account, said('did_site_told', { site: SHOP_NAME }))
  await reloadsTo(shop, '/login')
  await shop.close()
})

test('all of it can be read in the narrow too', async () => {
  const wide = account.viewport()
  await account.setViewport(PHONE)
  await looks('account-phone', account)
  await account.$eval('#activity', (section) => section.scrollIntoView())
  await looks('account-activity-phone', account)
  await account.setViewport(wide)
  await account.$eval('#activity', (section) => section.scrollIntoView())
  await looks('account-activity', account)
})

test('the popup shows the same, live, and signs out too', async () => {
  await popup.close()
  const shop = await scanIn()
  await press(popup, 'popup_devices')
  await reads(popup, SHOP_NAME)
  await reads(popup, said('device_this'))
  await reads(popup, said('signed_out_told'))
  await looks('popup-devices', popup)

  await pressFor(popup, 'sign_out', SHOP_NAME)
  await looks('popup-sign-out', popup)
  await press(popup, 'sign_out_sure')
  await popup.waitForFunction((text) => document.body.innerText.split(text).length === 3, {}, said('signed_out_told'))
  await reloadsTo(shop, '/login')
  await account.waitForFunction((text) => document.body.innerText.split(text).length === 3, {}, said('signed_out_told'))
  await popup.close()
})

test('a request that comes meanwhile is told of in the popup, not put under the finger', async () => {
  const widget = await openLogin(laptop, stage.shop)
  // A popup lives as long as it has the focus, so the one that looks on is in a tab.
  const viewing = await device.openOwn('popup.html?in-a-tab')
  await press(viewing, 'popup_devices')
  await reads(viewing, SHOP_NAME)
  popup = await device.openPopup(behind)
  await claimByCode(popup, await codeOf(widget))
  await viewing.bringToFront()
  await reads(viewing, said('popup_waiting'))
  await looks('popup-devices-waiting', viewing)
  await press(viewing, 'popup_waiting_show')
  await reads(viewing, said('ask_title'))
  await press(viewing, 'ask_deny')
  await reads(viewing, said('ask_done_denied'))
  await reads(account, said('did_denied', { site: SHOP_NAME }))
  await press(viewing, 'close')
  await viewing.close()
})

test('the password is changed in its place', async () => {
  await press(account, 'account_password_change')
  await fill(account, 'account_password_current', 'not her password')
  await fill(account, 'account_password_new', 'another horse battery staple')
  await press(account, 'account_password_save')
  await reads(account, said('error_wrong_password'))
  await fill(account, 'account_password_current', ADA.password)
  await press(account, 'account_password_save')
  await reads(account, said('account_password_changed'))
  await reads(account, said('did_password_changed'))
})

test('without the gateway both say so and keep what they show; with it back they go on', async () => {
  popup = await device.openPopup(behind)
  await press(popup, 'popup_devices')
  await reads(popup, said('account_devices'))
  await stage.gateway.stop('SIGKILL')
  await reads(account, said('qr_offline'))
  await reads(popup, said('qr_offline'))
  await looks('account-offline', account)
  await popup.close()
  popup = await device.openPopup(behind)
  await press(popup, 'popup_devices')
  await reads(popup, said('error_unreachable'))
  await looks('popup-devices-unreachable', popup)
  await stage.gateway.start()
  await reads(popup, SHOP_NAME)
  await account.waitForFunction((text) => !document.body.innerText.includes(text), {}, said('qr_offline'))
})

test('removing the extension from the page unlinks it at once', async () => {
  await pressFor(account, 'remove', `${BROWSER} on Linux`)
  await press(account, 'remove_sure')
  await reads(account, said('account_devices_none'))
  await reads(popup, said('popup_link_ended'))
  await popup.close()
})
