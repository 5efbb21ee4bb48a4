/**
 * The main job in two real browsers: the shop's login page in one shows a code, the extension of the other takes it,
 * its person looks, types the number and answers, and the first is signed in, or is not.
 */
import type { Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Profile } from './harness/profile.ts'
import { approve, claimByCode, codeOf, greets, numberOf, openLogin, readyBoth } from './harness/scenes.ts'
import { ADA, Stage } from './harness/stage.ts'
import { press, reads, said } from './harness/steps.ts'

let stage: Stage
let laptop: Profile
let device: Profile
/** A page that the device's popup is opened over; that it shows the shop has no meaning. */
let behind: Page

beforeAll(async () => {
  stage = await Stage.set()
  laptop = await stage.profile()
  device = await stage.profile()
  await readyBoth(stage, laptop, device)
  behind = await device.open(stage.shop)
})
afterAll(() => stage?.[Symbol.asyncDispose]())

/** Each test begins with a signed-out laptop and nothing waiting on the device. */
afterEach(async () => {
  await laptop.browser.deleteCookie(...(await laptop.browser.cookies()))
  for (const page of await laptop.browser.pages()) if (page.url().startsWith(stage.shop)) await page.close()
})

test('the letters are typed into the popup, and the page is signed in', async () => {
  const widget = await openLogin(laptop, stage.shop)
  const popup = await device.openPopup(behind)
  await claimByCode(popup, await codeOf(widget))
  await expect.poll(() => device.badge()).toBe('1')
  await approve(popup, await numberOf(widget))

  await greets(widget.page, ADA.name)
  await reads(popup, said('ask_done_approved'))
  await expect.poll(() => device.badge()).toBe('')
  await press(popup, 'close')
  await popup.close()
})

test('a wrong number denies, and tells both sides (RFC 10027 §6.1.16)', async () => {
  const widget = await openLogin(laptop, stage.shop)
  const popup = await device.openPopup(behind)
  await claimByCode(popup, await codeOf(widget))
  const number = await numberOf(widget)
  await approve(popup, number === '10' ? '11' : '10')

  await reads(popup, said('ask_done_mismatch'))
  await widget.shows(new RegExp(said('qr_denied')))
  await press(popup, 'close')
  await popup.close()
})

test('no means no, and the page can ask again (RFC 10027 §6.1.14)', async () => {
  const widget = await openLogin(laptop, stage.shop)
  const first = await codeOf(widget)
  const popup = await device.openPopup(behind)
  await claimByCode(popup, first)
  await press(popup, 'ask_deny')

  await reads(popup, said('ask_done_denied'))
  await widget.shows(new RegExp(said('qr_denied')))
  expect(widget.page.url()).toBe(`${stage.shop}/login`)
  await press(popup, 'close')
  await popup.close()

  await (await widget.button(said('qr_new_code'))).click()
  expect(await codeOf(widget)).not.toBe(first)
})

test('a popup that is closed has decided nothing (RFC 10027 §6.1.14)', async () => {
  const widget = await openLogin(laptop, stage.shop)
  const first = await device.openPopup(behind)
  await claimByCode(first, await codeOf(widget))
  const number = await numberOf(widget)
  await first.close()

  const second = await device.openPopup(behind)
  await reads(second, said('ask_title'))
  expect(await numberOf(widget)).toBe(number)
  await approve(second, number)
  await greets(widget.page, ADA.name)
  await press(second, 'close')
  await second.close()
})

test('both workers may die at any moment', async () => {
  const widget = await openLogin(laptop, stage.shop)
  await laptop.killWorker()
  const first = await device.openPopup(behind)
  await claimByCode(first, await codeOf(widget))
  await first.close()
  await device.killWorker()

  const second = await device.openPopup(behind)
  await reads(second, said('ask_title'))
  await laptop.killWorker()
  await approve(second, await numberOf(widget))
  await greets(widget.page, ADA.name)
  await reads(second, said('ask_done_approved'))
  await press(second, 'close')
  await second.close()
})

test('with the gateway away for a moment, nothing is lost', async () => {
  const widget = await openLogin(laptop, stage.shop)
  const popup = await device.openPopup(behind)
  await claimByCode(popup, await codeOf(widget))
  const number = await numberOf(widget)

  await stage.gateway.stop('SIGKILL')
  await widget.shows(new RegExp(said('qr_offline')))
  await stage.gateway.start()

  await approve(popup, number)
  await greets(widget.page, ADA.name)
  await press(popup, 'close')
  await popup.close()
})
