/**
 * The entry in the menu of a picture on a page: its code is taken under the rule for all that a tab shows. On the site's
 * own page it is taken, and on any other it is a code that somebody passed on.
 */
import type { Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Client } from '../demo/gateway.ts'
import { faults } from './harness/axe.ts'
import { addSite, askFor, type BarePage } from './harness/bare-page.ts'
import { pictureOf } from './harness/hand-over.ts'
import { HostileSite } from './harness/hostile-site.ts'
import type { Profile } from './harness/profile.ts'
import { ADA, Stage } from './harness/stage.ts'
import { linkTo, press, reads, said, useGateway } from './harness/steps.ts'

let stage: Stage
let client: Client
let device: Profile
let site: HostileSite
let evil: HostileSite

beforeAll(async () => {
  stage = await Stage.set()
  site = await HostileSite.open({ host: 'localhost' })
  evil = await HostileSite.open()
  client = await addSite(stage.gateway, 'Narrow Teas', site.origin)
  device = await stage.profile()
  await useGateway(device, stage.gateway.issuer)
  await linkTo(device, stage.gateway.issuer, ADA)
})
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]()
  await site?.close()
  await evil?.close()
})
afterEach(async () => {
  for (const page of await device.browser.pages()) if (page.url().startsWith('http')) await page.close()
})

const begin = (): Promise<BarePage> => askFor(stage.gateway, client, site.origin)
const stateOf = async (page: BarePage): Promise<string> => (await page.view()).state
const image = async (id: string, text: string, style = '') =>
  `<img id="${id}" alt="A code" style="${style}" src="data:image/png;base64,${await pictureOf(text)}">`

async function show(on: HostileSite, ...content: string[]): Promise<Page> {
  on.show('/', `<!doctype html><html lang="en"><title>Tea</title><body>${content.join('\n')}</body></html>`)
  return device.open(`${on.origin}/`)
}

const choose = (page: Page, id: string): Promise<Page> => device.chooseForPicture(page, `#${id}`, said('menu_picture'))

test('on the site’s own page the code that is pointed at is taken, and none beside it', async () => {
  const [meant, beside] = [await begin(), await begin()]
  const page = await show(site, await image('beside', await beside.link()), await image('meant', await meant.link()))
  const popup = await choose(page, 'meant')
  await reads(popup, said('ask_title'))
  await reads(popup, said('ask_address_seen'))
  expect([await stateOf(meant), await stateOf(beside)]).toEqual(['claimed', 'pending'])
  await press(popup, 'ask_deny')
  await press(popup, 'close')
  await popup.close()
})

test('a code of which the page shows only a part is read out of the picture itself', async () => {
  const waiting = await begin()
  const part = await image(
    'part',
    await waiting.link(),
    'width: 90px; height: 90px; object-fit: cover; object-position: 0 0',
  )
  const popup = await choose(await show(site, part), 'part')
  await reads(popup, said('ask_title'))
  expect(await stateOf(waiting)).toBe('claimed')
  await press(popup, 'ask_deny')
  await press(popup, 'close')
  await popup.close()
})

test('a picture that holds something else says what it is', async () => {
  const page = await show(site, await image('other', 'https://tea.example/menu'))
  const popup = await choose(page, 'other')
  await reads(popup, said('popup_holds_link', { host: 'tea.example' }))
  expect(await faults('popup-picture-other', popup)).toEqual([])
  await press(popup, 'close')
  await reads(popup, said('popup_nothing'))
  await popup.close()
})

test('on another site’s page it is blocked, naming both, and nothing is claimed (X09)', async () => {
  const waiting = await begin()
  const page = await show(evil, await image('code', await waiting.link()))
  const popup = await choose(page, 'code')
  await reads(popup, said('popup_blocked'))
  await reads(popup, new URL(evil.origin).host)
  await reads(popup, new URL(site.origin).host)
  expect(await stateOf(waiting)).toBe('pending')
  await popup.close()
})
