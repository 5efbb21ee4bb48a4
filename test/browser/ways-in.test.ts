/**
 * Every way in beside the tab and the camera: a link, a picture, letters, pasted, dropped, chosen or typed; in the popup
 * and on the camera's page, in a browser that has no camera at all.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'puppeteer-core'
import QRCode from 'qrcode'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../demo/gateway.ts'
import { faults } from './harness/axe.ts'
import { addSite, askFor, type BarePage } from './harness/bare-page.ts'
import { handOver, pictureOf } from './harness/hand-over.ts'
import type { Profile } from './harness/profile.ts'
import { approve } from './harness/scenes.ts'
import { ADA, Stage } from './harness/stage.ts'
import { fill, linkTo, press, reads, said, useGateway } from './harness/steps.ts'

const SITE = 'https://shop.example'
const ELSEWHERE = 'https://elsewhere.example/q#ssssssssssssssssssssss.tttttttttttttttttttttt'

let stage: Stage
let client: Client
let device: Profile

beforeAll(async () => {
  stage = await Stage.set()
  client = await addSite(stage.gateway, 'Shop', SITE)
  device = await stage.profile()
  await useGateway(device, stage.gateway.issuer)
  await linkTo(device, stage.gateway.issuer, ADA)
})
afterAll(() => stage?.[Symbol.asyncDispose]())

const begin = (): Promise<BarePage> => askFor(stage.gateway, client, SITE)
const stateOf = async (page: BarePage): Promise<string> => (await page.view()).state

/** Says yes on a card, asked twice or not, with the number that the waiting page shows. */
async function sayYes(card: Page, page: BarePage): Promise<void> {
  const number = (await page.view()).match_number
  await approve(card, number!)
  await reads(card, said('ask_done_approved'))
  expect(await stateOf(page)).toBe('approved')
  await press(card, 'close')
}

describe('the popup', () => {
  let popup: Page
  beforeAll(async () => {
    popup = await device.openPopup(await device.open(stage.shop))
  })
  afterAll(() => popup?.close())

  test('takes a link in the field for letters, and says that it may have been sent', async () => {
    const page = await begin()
    await press(popup, 'popup_enter_code')
    await fill(popup, 'code_label', await page.link())
    await press(popup, 'code_submit')
    await reads(popup, said('ask_title'))
    await reads(popup, said('ask_sign_carried'))
    expect(await faults('popup-ask-carried', popup)).toEqual([])
    await press(popup, 'ask_sure_yes')
    await sayYes(popup, page)
  })

  test('takes the letters, and says no such thing of them', async () => {
    const page = await begin()
    await press(popup, 'popup_enter_code')
    await fill(popup, 'code_label', page.user_code.toLowerCase().replace('-', ' '))
    await press(popup, 'code_submit')
    await reads(popup, said('ask_title'))
    expect(await popup.evaluate(() => document.body.innerText)).not.toContain(said('ask_carried'))
    await sayYes(popup, page)
  })

  test('takes a link that is pasted, and a picture', async () => {
    const page = await begin()
    await reads(popup, said('popup_nothing'))
    await handOver(popup, 'paste', { text: await page.link() })
    await reads(popup, said('ask_title'))
    await press(popup, 'ask_deny')
    await press(popup, 'close')
    expect(await stateOf(page)).toBe('denied')
    const other = await begin()
    await handOver(popup, 'paste', { picture: await pictureOf(await other.link()) })
    await reads(popup, said('ask_title'))
    await press(popup, 'ask_deny')
    await press(popup, 'close')
  })

  test('says what a link is not, at the field', async () => {
    await press(popup, 'popup_enter_code')
    await fill(popup, 'code_label', 'https://shop.example/sale')
    await press(popup, 'code_submit')
    await reads(popup, said('popup_error_not_a_nod_link'))
    expect(await faults('popup-not-a-link', popup)).toEqual([])
    await fill(popup, 'code_label', ELSEWHERE)
    await press(popup, 'code_submit')
    await reads(popup, 'https://elsewhere.example')
    await press(popup, 'close')
    await press(popup, 'back')
  })
})

describe('a picture', () => {
  let scan: Page
  beforeAll(async () => {
    scan = await device.openOwn('scan.html#picture')
    await reads(scan, said('scan_camera_on'))
  })
  afterAll(() => scan?.close())

  /** A card that is answered with no leaves the way free for the next. */
  async function taken(page: BarePage): Promise<void> {
    await reads(scan, said('ask_title'))
    await reads(scan, said('ask_carried'))
    expect(await stateOf(page)).toBe('claimed')
    await press(scan, 'ask_release')
    await reads(scan, said('scan_picture_hint'))
  }

  test('asks for no camera', async () => {
    expect(await faults('scan-picture', scan)).toEqual([])
    expect(await scan.evaluate(() => document.querySelector('video')?.srcObject)).toBeNull()
  })

  test('is dropped, pasted, or chosen', async () => {
    const page = await begin()
    await handOver(scan, 'drop', { picture: await pictureOf(await page.link()) })
    await taken(page)
    const other = await begin()
    await handOver(scan, 'paste', { picture: await pictureOf(await other.link()) })
    await taken(other)
    const third = await begin()
    const file = join(stage.folder, 'code.svg')
    await writeFile(file, await QRCode.toString(await third.link(), { type: 'svg', margin: 4 }))
    const field = (await scan.$('input[type=file]'))!
    await field.uploadFile(file)
    await taken(third)
  })

  test('with no code, with two, or with something else says so, and nothing is claimed', async () => {
    const [one, two] = [await begin(), await begin()]
    const say = async (text: string) => {
      await reads(scan, text)
      await press(scan, 'close')
    }
    const blank = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='
    await handOver(scan, 'drop', { picture: blank })
    await say(said('popup_error_no_code_in_picture'))
    await handOver(scan, 'drop', { picture: btoa('no picture at all') })
    await say(said('popup_error_not_a_picture'))
    await handOver(scan, 'drop', { picture: await pictureOf('WIFI:T:WPA;S:Cafe;P:secret;;') })
    await reads(scan, said('popup_holds_wifi'))
    expect(await faults('scan-not-a-code', scan)).toEqual([])
    await press(scan, 'close')
    const files = [join(stage.folder, 'one.png'), join(stage.folder, 'two.png')] as const
    await writeFile(files[0], await pictureOf(await one.link()), 'base64')
    await writeFile(files[1], await pictureOf(await two.link()), 'base64')
    await (await scan.$('input[type=file]'))!.uploadFile(...files)
    await say(said('popup_error_two_codes'))
    expect([await stateOf(one), await stateOf(two)]).toEqual(['pending', 'pending'])
  })
})

test('a camera that is not there says so, and the other ways are', async () => {
  const scan = await device.openOwn('scan.html')
  await reads(scan, said('scan_error_no_camera'))
  expect(await faults('scan-no-camera', scan)).toEqual([])
  const page = await begin()
  await fill(scan, 'code_label', page.user_code)
  await press(scan, 'code_submit')
  await reads(scan, said('ask_title'))
  await press(scan, 'ask_deny')
  await reads(scan, said('ask_done_denied'))
  expect(await stateOf(page)).toBe('denied')
})
