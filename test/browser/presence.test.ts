/**
 * Each side knows whether the other is still there: the card says when the page is cut off, asleep or gone and when it is
 * back, the page says when the device let go; and whatever the browser did to the page, its person is signed in.
 */
import type { Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ELEMENT_PATH } from '../demo/site/routes.ts'
import { faults } from './harness/axe.ts'
import { can } from './harness/browsers.ts'
import { HeardPanel } from './harness/heard.ts'
import type { Profile } from './harness/profile.ts'
import { approve, claimByCode, codeOf, greets, numberOf } from './harness/scenes.ts'
import { ADA, Stage } from './harness/stage.ts'
import { button, goBack, linkTo, press, reads, said, useGateway } from './harness/steps.ts'

let stage: Stage
let laptop: Profile
let device: Profile
let behind: Page
let popup: Page | undefined

beforeAll(async () => {
  stage = await Stage.set({ settings: { NOD_SESSION_SECONDS: '600', NOD_CLAIM_SECONDS: '300' } })
  laptop = await stage.profile({ extension: false })
  device = await stage.profile()
  await useGateway(device, stage.gateway.issuer)
  await linkTo(device, stage.gateway.issuer, ADA)
  behind = await device.open(stage.shop)
})
afterAll(() => stage?.[Symbol.asyncDispose]())

/** What is over was seen, and goes with the popup that showed it; what a failed test left open would fail the next one. */
afterEach(async () => {
  if (await popup?.$(button('ask_deny')).catch(() => null)) await press(popup!, 'ask_deny').catch(() => {})
  await popup?.close().catch(() => {})
  for (const page of await laptop.browser.pages()) if (page.url().startsWith(stage.shop)) await page.close()
  await laptop.browser.deleteCookie(...(await laptop.browser.cookies()))
})

/** The device's popup, with these letters typed into it. */
async function askedAbout(letters: string): Promise<Page> {
  await popup?.close().catch(() => {})
  popup = await device.openPopup(behind)
  await claimByCode(popup, letters)
  return popup
}

interface Tab {
  page: Page
  panel: HeardPanel
}

async function openTab(): Promise<Tab> {
  const page = await laptop.open(stage.shop + ELEMENT_PATH)
  return { page, panel: new HeardPanel(page) }
}

/** A tab whose code was taken, and the popup that asks about it. */
async function asked() {
  const tab = await openTab()
  const popup = await askedAbout(await codeOf(tab.panel))
  const number = await numberOf(tab.panel)
  return { ...tab, popup, number }
}

async function signsIn(page: Page, popup: Page, number: string): Promise<void> {
  await approve(popup, number)
  await greets(page, ADA.name)
}

const gone = (popup: Page): Promise<void> => reads(popup, said('ask_page_gone'))
const back = (popup: Page): Promise<void> => reads(popup, said('ask_page_back'))

describe('the page', () => {
  test('loses its network: both sides say so, and both know when it is back (F12)', async () => {
    const { page, panel, popup, number } = await asked()
    await page.setOfflineMode(true)
    await panel.shows(new RegExp(said('qr_offline')))
    await gone(popup)
    expect(await faults('popup-page-gone', popup)).toEqual([])

    await page.setOfflineMode(false)
    await back(popup)
    expect(await faults('popup-page-back', popup)).toEqual([])
    expect(await numberOf(panel)).toBe(number)
    await signsIn(page, popup, number)
  })

  test.runIf(can('freeze a page'))(
    'is frozen by its browser and thawed: it finds what was decided meanwhile',
    async () => {
      const { page, popup, number } = await asked()
      const browser = await page.createCDPSession()
      await browser.send('Page.setWebLifecycleState', { state: 'frozen' })
      await gone(popup)
      await approve(popup, number)
      await reads(popup, said('ask_done_approved'))
      await browser.send('Page.setWebLifecycleState', { state: 'active' })
      await greets(page, ADA.name)
    },
  )

  test('crashes, and cannot say good-bye', async () => {
    const { page, popup } = await asked()
    await laptop.crash(page)
    await gone(popup)
    await press(popup, 'ask_deny')
    await reads(popup, said('ask_done_denied'))
  })

  test('is closed: nobody waits for an answer any more', async () => {
    const { page, popup } = await asked()
    await page.close()
    await popup.waitForFunction((title) => !document.body.innerText.includes(title), {}, said('ask_title'))
  })

  test('is left and comes back from the browser’s cache: with a code of its own, which works', async () => {
    const { page, panel } = await openTab()
    const first = await codeOf(panel)
    await page.evaluate(() => Object.assign(globalThis, { still: 'here' }))
    await page.goto(stage.shop)
    await goBack(page)
    const still = await page.evaluate(() => (globalThis as { still?: string }).still)
    if (can('keep a page that waits')) expect(still, 'the very same page').toBe('here')
    const second = await codeOf(panel)
    expect(second).not.toBe(first)
    await signsIn(page, await askedAbout(second), await numberOf(panel))
  })
})

test('two tabs of one login wait for themselves, and are answered one by one', async () => {
  const [one, two] = [await openTab(), await openTab()]
  const letters = await codeOf(two.panel)
  await one.page.bringToFront()
  expect(await codeOf(one.panel)).not.toBe(letters)
  await signsIn(two.page, await askedAbout(letters), await numberOf(two.panel))
  await signsIn(one.page, await askedAbout(await codeOf(one.panel)), await numberOf(one.panel))
})

test('the device lets go: the page says so, and its letters still work', async () => {
  const { page, panel, popup } = await asked()
  await press(popup, 'ask_release')
  await panel.shows(new RegExp(said('qr_released')))
  expect(await faults('element-released', page)).toEqual([])
  await signsIn(page, await askedAbout(await codeOf(panel)), await numberOf(panel))
})
