/**
 * Firefox ends the extension's event page as soon as nothing has called it for a while, whatever sockets and ports are
 * open. It may do so at any moment of a sign-in, on both sides, and again and again: nobody notices.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { insideOf } from './harness/firefox.ts'
import type { Profile } from './harness/profile.ts'
import { approve, claimByCode, codeOf, greets, numberOf, openLogin, readyBoth } from './harness/scenes.ts'
import { ADA, Stage } from './harness/stage.ts'
import { press, reads, said } from './harness/steps.ts'

/** Milliseconds without a call after which the event page goes; half a minute as the browser comes. */
const IDLE = 700

let stage: Stage
let laptop: Profile
let device: Profile

beforeAll(async () => {
  stage = await Stage.set()
  laptop = await stage.profile()
  device = await stage.profile()
  await readyBoth(stage, laptop, device)
  for (const profile of [laptop, device]) {
    await insideOf(profile).run(shortenIdle, profile.extension.id, IDLE)
    // The one that runs has the long time still.
    await profile.killWorker()
  }
})
afterAll(() => stage?.[Symbol.asyncDispose]())

const naps = (profile: Profile): Promise<number> => insideOf(profile).run(countNaps, profile.extension.id)

/** Waits until the event page has been ended `times` more, each time because nothing had called it. */
async function napped(profile: Profile, times: number): Promise<void> {
  const before = await naps(profile)
  await expect.poll(() => naps(profile), { timeout: 20_000 }).toBeGreaterThanOrEqual(before + times)
}

test('it sleeps and comes back on both sides of a sign-in, and the page is signed in', async () => {
  const widget = await openLogin(laptop, stage.shop)
  const letters = await codeOf(widget)
  await napped(laptop, 2)
  expect(await codeOf(widget), 'the session is the same').toBe(letters)

  const behind = await device.open(stage.shop)
  const first = await device.openPopup(behind)
  await claimByCode(first, letters)
  await napped(device, 1)
  await reads(first, said('ask_title'))
  await first.close()
  await expect.poll(() => insideOf(device).run(isAsleep, device.extension.id), { timeout: 20_000 }).toBe(true)
  const number = await numberOf(widget)
  await napped(laptop, 1)
  expect(await numberOf(widget)).toBe(number)

  const second = await device.openPopup(behind)
  await reads(second, said('ask_title'))
  await napped(device, 1)
  await approve(second, number)
  await greets(widget.page, ADA.name)
  await reads(second, said('ask_done_approved'))
  await press(second, 'close')
  await second.close()
})

interface Napping {
  backgroundState: string
  naps?: number
  on(event: 'background-script-suspend', heard: () => void): void
}
declare const WebExtensionPolicy: { getByID(id: string): { extension: Napping } }
declare const Services: { prefs: { setIntPref(name: string, value: number): void } }

function shortenIdle(id: string, ms: number): void {
  Services.prefs.setIntPref('extensions.background.idle.timeout', ms)
  const { extension } = WebExtensionPolicy.getByID(id)
  extension.naps = 0
  extension.on('background-script-suspend', () => {
    extension.naps = (extension.naps ?? 0) + 1
  })
}

const isAsleep = (id: string): boolean => WebExtensionPolicy.getByID(id).extension.backgroundState === 'stopped'

const countNaps = (id: string): number => WebExtensionPolicy.getByID(id).extension.naps ?? 0
