/** The main job by camera: the code on one screen is seen by the camera of another device. */
import { join } from 'node:path'
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, test } from 'vitest'
import { pointCamera } from './harness/camera.ts'
import type { Profile } from './harness/profile.ts'
import { approve, greets, numberOf, openLogin, readyBoth } from './harness/scenes.ts'
import { ADA, Stage } from './harness/stage.ts'
import { press, reads, said } from './harness/steps.ts'

let stage: Stage
let laptop: Profile
let device: Profile
let behind: Page
let camera: string

beforeAll(async () => {
  stage = await Stage.set()
  camera = join(stage.folder, 'camera.mjpeg')
  laptop = await stage.profile()
  await pointCamera(camera, await laptop.open(stage.shop))
  device = await stage.profile({ camera })
  await readyBoth(stage, laptop, device)
  behind = await device.open(stage.shop)
})
afterAll(() => stage?.[Symbol.asyncDispose]())

test('the camera sees the code, the number is typed, the page is signed in', async () => {
  const widget = await openLogin(laptop, stage.shop)
  await pointCamera(camera, widget.page)

  const popup = await device.openPopup(behind)
  await press(popup, 'popup_scan_camera')
  const scan = await device.tab((url) => url.endsWith('/scan.html'))
  await reads(scan, said('ask_title'))
  await reads(scan, new URL(stage.shop).host)
  await approve(scan, await numberOf(widget))

  await greets(widget.page, ADA.name)
  await reads(scan, said('ask_done_approved'))
  await press(scan, 'close')
})
