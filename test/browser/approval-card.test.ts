/**
 * The approval card in the popup and on the gateway's page: what is unusual is said and takes a step more, nothing is
 * approved by accident, and an account's devices tell each other what they did.
 */
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { faults } from './harness/axe.ts'
import { addSite, askAsDevice, askFor, type BarePage } from './harness/bare-page.ts'
import type { Profile } from './harness/profile.ts'
import { ADA, Stage } from './harness/stage.ts'
import { fill, linkTo, press, reads, said, signIn, useGateway } from './harness/steps.ts'

const FORGED = 'https://xn--bnk-6cd.example'
const BOTH_NAMES = `${ADA.name} (${ADA.username})`

let stage: Stage
let laptop: Profile
let phone: Profile
let hosted: Page
let television: () => Promise<BarePage>
let thief: () => Promise<BarePage>

beforeAll(async () => {
  stage = await Stage.set()
  const { gateway } = stage
  await addSite(gateway, 'Bank', 'https://bank.example')
  const forged = await addSite(gateway, 'My bank', FORGED)
  const tv = await addSite(gateway, 'Television', 'https://tv.example', '--device-grant', '--confirm', 'tap')
  television = () => askAsDevice(gateway, tv)
  thief = () => askFor(gateway, forged, FORGED)
  laptop = await stage.profile()
  await useGateway(laptop, gateway.issuer)
  await linkTo(laptop, gateway.issuer, ADA)
  phone = await stage.profile({ extension: false })
  hosted = await phone.open('about:blank')
  await hosted.setViewport({ width: 390, height: 844, deviceScaleFactor: 2, isMobile: true, hasTouch: true })
})
afterAll(() => stage?.[Symbol.asyncDispose]())

const looks = async (name: string, page: Page): Promise<void> => expect(await faults(name, page)).toEqual([])
const openPopup = async (): Promise<Page> => laptop.openPopup(await laptop.open(stage.shop))
const enter = async (popup: Page, { user_code }: BarePage): Promise<void> => {
  await press(popup, 'popup_enter_code')
  await fill(popup, 'code_label', user_code)
  await press(popup, 'code_submit')
  await reads(popup, said('ask_share'))
}
const buttons = (page: Page): Promise<string[]> =>
  page.$$eval('.nod-answers button', (found) => found.map((button) => button.textContent ?? ''))
const focused = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '')

test('a request of an unknown device without a page is called unusual, and approving it takes a step more', async () => {
  const popup = await openPopup()
  const tv = await television()
  await enter(popup, tv)
  await reads(popup, said('ask_unusual'))
  await reads(popup, said('ask_sign_no_page'))
  await reads(popup, said('ask_address_none'))
  await reads(popup, said('ask_as', { account: BOTH_NAMES }))
  expect(await buttons(popup)).toEqual([said('ask_deny'), said('ask_sure_yes')])
  expect(await focused(popup)).not.toBe(said('ask_sure_yes'))
  await looks('popup-unusual', popup)
  await press(popup, 'ask_sure_yes')
  await reads(popup, said('ask_approve'))
  expect(await buttons(popup)).toEqual([said('ask_deny'), said('ask_approve')])
  expect(await focused(popup)).not.toBe(said('ask_approve'))
  await looks('popup-unusual-sure', popup)

  await popup.waitForFunction(
    () => !document.querySelector<HTMLButtonElement>('.nod-answers button:last-child')?.disabled,
  )
  await popup.focus('.nod-answers button:last-child')
  await popup.keyboard.press('Enter')
  expect((await tv.view()).state).toBe('claimed')
  expect(await buttons(popup)).toEqual([said('ask_deny'), said('ask_approve')])
  await popup.keyboard.press(' ')
  await reads(popup, said('ask_done_approved'))
  expect((await tv.view()).state).toBe('approved')
  await press(popup, 'close')
  await popup.close()
})

test('a second press on the same spot approves nothing', async () => {
  const popup = await openPopup()
  const page = await thief()
  await enter(popup, page)
  await popup.$eval('.nod-answers button:last-child', (button) => {
    ;(button as HTMLButtonElement).click()
  })
  await popup.waitForSelector('.nod-answers .nod-button-primary')
  expect(
    await popup.$eval('.nod-answers .nod-button-primary', (button) => (button as HTMLButtonElement).disabled),
  ).toBe(true)
  await press(popup, 'ask_deny')
  await reads(popup, said('ask_done_denied'))
  await press(popup, 'close')
  await popup.close()
})

test('an address that is made to look like another one names it, and is denied by one tap', async () => {
  const popup = await openPopup()
  const page = await thief()
  await enter(popup, page)
  await reads(popup, 'xn--bnk-6cd.example')
  await reads(popup, said('ask_sign_look_alike', { known: 'bank.example' }))
  await reads(popup, said('ask_sign_mixed_scripts'))
  await looks('popup-look-alike', popup)
  await press(popup, 'ask_deny')
  await reads(popup, said('ask_done_denied'))
  expect((await page.view()).state).toBe('denied')
  await press(popup, 'close')
  await popup.close()
})

test('on a very low screen all that a person may answer is in sight', async () => {
  const popup = await openPopup()
  const page = await thief()
  await enter(popup, page)
  await popup.close()
  // The popup's own page in a tab, since no test can make a screen low.
  const low = await laptop.openOwn('popup.html')
  await low.setViewport({ width: 380, height: 320 })
  await reads(low, said('ask_unusual'))
  const hidden = await low.$$eval('.nod-card-decide button', (found) =>
    found.filter((button) => button.getBoundingClientRect().bottom > innerHeight).map((button) => button.textContent),
  )
  await looks('popup-low', low)
  expect(hidden).toEqual([])
  const lowest = await low.evaluate(
    () => document.elementFromPoint(innerWidth / 2, innerHeight - 2)?.closest('.nod-card-decide') != null,
  )
  expect(lowest, 'nothing of the card is seen below the answers').toBe(true)
  await press(low, 'ask_deny')
  await reads(low, said('ask_done_denied'))
  await press(low, 'close')
  await low.close()
})

test('the other devices are told who decided, and can take it back', async () => {
  const popup = await openPopup()
  const tv = await television()
  await enter(popup, tv)
  await hosted.bringToFront()
  await hosted.goto(await tv.link())
  await signIn(hosted, ADA)
  await press(hosted, 'page_enrol_accept')
  await reads(hosted, said('ask_as', { account: BOTH_NAMES }))
  await looks('approve-tap', hosted)
  const name = await approveOn(hosted)
  await reads(popup, said('ask_done_approved_on', { device: name }))
  await looks('popup-approved-elsewhere', popup)
  expect((await tv.view()).state).toBe('approved')
  await press(popup, 'ask_report')
  await reads(popup, said('ask_done_reported'))
  await looks('popup-reported', popup)
  expect((await tv.view()).state).toBe('canceled')
  await press(popup, 'close')
  await popup.close()
})

/** Approves there, and returns the device's name as its account knows it. */
async function approveOn(page: Page): Promise<string> {
  if ((await buttons(page)).includes(said('ask_sure_yes'))) await press(page, 'ask_sure_yes')
  await press(page, 'ask_approve')
  await reads(page, said('ask_done_approved'))
  return page.evaluate(async () => {
    const { devices } = await (await fetch('/v1/devices')).json()
    return devices.find((device: { this_device: boolean }) => device.this_device).name
  })
}

test('and so is the gateway’s page, when the popup was faster', async () => {
  const popup = await openPopup()
  const page = await thief()
  await enter(popup, page)
  await hosted.bringToFront()
  await hosted.goto(await page.link())
  await reads(hosted, said('ask_unusual'))
  await looks('approve-unusual', hosted)
  // As mobile as before: to change that, a browser loads the page anew.
  await hosted.setViewport({ width: 1280, height: 900, isMobile: true, hasTouch: true })
  await looks('approve-unusual-wide', hosted)
  await popup.bringToFront()
  await press(popup, 'ask_deny')
  await reads(popup, said('ask_done_denied'))
  await hosted.bringToFront()
  await reads(hosted, said('ask_done_denied_on', { device: '' }).trim())
  await looks('approve-denied-elsewhere', hosted)
})
