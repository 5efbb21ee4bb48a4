/**
 * Several cameras, and a camera that may not be used: what the camera's page shows and remembers, and that it films only
 * while somebody looks. Their pictures are the browser's own test pictures, with no code in them.
 */
import type { Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { faults } from './harness/axe.ts'
import type { Profile } from './harness/profile.ts'
import { ADA, Stage } from './harness/stage.ts'
import { linkTo, reads, said, useGateway } from './harness/steps.ts'

let stage: Stage
let device: Profile

beforeAll(async () => {
  stage = await Stage.set()
  device = await stage.profile({ cameras: 2 })
  await useGateway(device, stage.gateway.issuer)
  await linkTo(device, stage.gateway.issuer, ADA)
  await letCamera(true)
})
afterAll(() => stage?.[Symbol.asyncDispose]())
afterEach(async () => {
  for (const page of await device.browser.pages()) if (page.url().includes('/scan.html')) await page.close()
})
/** What the person has answered to the browser's question: yes, or no. */
const letCamera = (yes: boolean): Promise<void> =>
  device.browser.defaultBrowserContext().overridePermissions(device.extension.base.slice(0, -1), yes ? ['camera'] : [])

const chosen = (page: Page) => page.$eval('select', (select) => select.selectedOptions[0]?.innerText)

test('a camera is one of several that its person chooses, and the choice is kept', async () => {
  const scan = await device.openOwn('scan.html')
  await reads(scan, said('scan_aim'))
  expect(await faults('scan-cameras', scan)).toEqual([])
  const names = await scan.$$eval('option', (options) => options.map(({ innerText }) => innerText))
  expect(names).toHaveLength(2)
  const other = names.find((name) => name !== names[0])!
  await scan.select('select', await scan.$$eval('option', (options) => options[1]!.value))
  await expect.poll(() => chosen(scan)).toBe(other)
  await scan.reload()
  await reads(scan, said('scan_aim'))
  await expect.poll(() => chosen(scan)).toBe(other)
})

test('a camera is off while nobody sees it', async () => {
  const scan = await device.openOwn('scan.html')
  await reads(scan, said('scan_aim'))
  const live = () =>
    scan.evaluate(() => {
      const stream = document.querySelector('video')?.srcObject as MediaStream | null | undefined
      return stream?.getTracks().some(({ readyState }) => readyState === 'live') === true
    })
  expect(await live()).toBe(true)
  const front = await device.open(stage.shop)
  await expect.poll(live).toBe(false)
  await front.close()
  await scan.bringToFront()
  await reads(scan, said('scan_aim'))
  await expect.poll(live).toBe(true)
})

test('a camera that is refused says so and what to do, and goes on by itself once it is allowed', async () => {
  await letCamera(false)
  const scan = await device.openOwn('scan.html')
  await reads(scan, said('scan_error_camera_refused'))
  expect(await faults('scan-refused', scan)).toEqual([])
  await letCamera(true)
  await scan.bringToFront()
  await reads(scan, said('scan_aim'))
})
