/**
 * The questions that the browser itself asks: may the extension reach this gateway, may it use the camera. Firefox's are
 * answered here as a person does, with its own buttons; Chromium's stand in windows where no test reaches them.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { insideOf } from './harness/firefox.ts'
import type { Profile } from './harness/profile.ts'
import { ADA, Stage } from './harness/stage.ts'
import { fill, linkTo, press, reads, said } from './harness/steps.ts'

let stage: Stage
let browser: Profile

beforeAll(async () => {
  stage = await Stage.set()
  browser = await stage.profile({ cameras: 1 })
})
afterAll(() => stage?.[Symbol.asyncDispose]())

/** Waits for the browser's question, presses one of its two buttons, and returns what it said. */
const answer = (button: 'button' | 'secondaryButton'): Promise<string> => insideOf(browser).run(answerIt, button)
const yes = () => answer('button')
const no = () => answer('secondaryButton')

test('a gateway is reached after a yes only; after a no it can be asked for again', async () => {
  const { issuer } = stage.gateway
  const { host, hostname } = new URL(issuer)
  const options = await browser.openOwn('options.html')
  await fill(options, 'options_gateway_address', issuer)
  await press(options, 'options_gateway_use')
  expect(await no()).toContain(hostname)
  await reads(options, said('options_error_permission_needed', { host }))

  await press(options, 'options_gateway_use')
  await yes()
  await reads(options, said('options_link'))
  await options.close()
  await linkTo(browser, issuer, ADA)
})

test('the camera is asked for, and a no says what to do', async () => {
  const scan = await browser.openOwn('scan.html')
  await reads(scan, said('scan_allow'))
  await no()
  await reads(scan, said('scan_error_camera_refused'))
  await scan.close()
})

interface Notification extends HTMLElement {
  button: HTMLElement
  secondaryButton: HTMLElement
}
declare const PopupNotifications: { panel: { state: string; firstElementChild: Notification | null } }

async function answerIt(button: 'button' | 'secondaryButton'): Promise<string> {
  const { panel } = PopupNotifications
  const deadline = Date.now() + 15_000
  const pause = () => new Promise((done) => setTimeout(done, 50))
  while (panel.state !== 'open' || !panel.firstElementChild) {
    if (Date.now() > deadline) throw new Error('the browser asks nothing')
    await pause()
  }
  const said = panel.firstElementChild.textContent ?? ''
  // It takes no answer in its first moments, so that nobody answers what was not yet there to read.
  while (panel.state === 'open') {
    panel.firstElementChild?.[button].click()
    await pause()
  }
  return said
}
