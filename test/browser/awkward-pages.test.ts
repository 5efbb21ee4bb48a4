/**
 * The widget on login pages as one meets them: built late, built again, in dialogs, in components, in one document with
 * the rest of the shop, on phones, dark, read from the right. It is there once, can be reached, and is in nobody's way.
 */
import type { Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { AWKWARD } from './harness/awkward-pages.ts'
import { faults, picture } from './harness/axe.ts'
import { HostileSite } from './harness/hostile-site.ts'
import { type Profile, VIEWPORT } from './harness/profile.ts'
import { codeOf } from './harness/scenes.ts'
import { Stage } from './harness/stage.ts'
import { press, reads, said, switchOn, useGateway } from './harness/steps.ts'
import { Widget } from './harness/widget.ts'

type Name = keyof typeof AWKWARD

const NAME = 'Kettle & Co'
const MOUNTED = 'Kettle & Co, with a place'

let stage: Stage
let browser: Profile
let site: HostileSite
let mounted: HostileSite

beforeAll(async () => {
  stage = await Stage.set()
  site = await HostileSite.join(stage.gateway, NAME)
  mounted = await HostileSite.join(stage.gateway, MOUNTED, { mount: '#place' })
  for (const [name, html] of Object.entries(AWKWARD)) {
    site.show(`/login/${name}`, html)
    mounted.show(`/login/${name}`, html)
  }
  site.show('/framing', AWKWARD.framing)
  browser = await stage.profile()
  await useGateway(browser, stage.gateway.issuer)
  await switchOn(browser, NAME)
  await switchOn(browser, MOUNTED)
})
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]()
  await site?.close()
  await mounted?.close()
})
afterEach(async () => {
  const ours = (page: Page) => [site, mounted].some(({ origin }) => page.url().startsWith(origin))
  for (const page of await browser.browser.pages()) if (ours(page)) await page.close()
  await browser.background.evaluate(() => chrome.storage.local.set({ folded: [] }))
})

async function open(name: Name, size = VIEWPORT, { origin } = site): Promise<Widget> {
  const page = await browser.open('about:blank')
  await page.setViewport(size)
  await page.goto(`${origin}/login/${name}`)
  return new Widget(page)
}

const leave = (name: string, { page }: Widget): Promise<void> => picture(`awkward-${name}`, page)

/** It lies where it can be pressed, and on nothing else that can. Moves come a moment after what they answer. */
const isAtHome = (widget: Widget) =>
  expect.poll(() => widget.lies(), { timeout: 5000 }).toMatchObject({ reached: true, on: [] })

const unfold = (widget: Widget) => widget.button(said('widget_unfold'))

/** How many elements of ours the page has: it sees plain empty ones. */
const hosts = ({ page }: Widget): Promise<number> =>
  page.evaluate(
    () =>
      [...document.querySelectorAll('div:empty')].filter((one) => one.attributes.length === 0 && !one.shadowRoot)
        .length,
  )

describe('open, once, and in nobody’s way', () => {
  test.each(['plain', 'rtl', 'greedy', 'components', 'dark', 'framing'] as const)(
    'on a page that is %s',
    async (name) => {
      const widget = await open(name)
      await codeOf(widget)
      await isAtHome(widget)
      expect(await hosts(widget)).toBe(1)
      await leave(name, widget)
    },
  )

  test('it begins on the side where one reads on, and speaks its own language in its own direction', async () => {
    const widget = await open('rtl')
    await codeOf(widget)
    await isAtHome(widget)
    const { box } = await widget.lies()
    expect(box.right).toBeLessThan(VIEWPORT.width / 2)
    expect(await widget.styleOf('.nod-panel', 'direction')).toBe('ltr')
    expect(await widget.styleOf('.nod-panel', 'letterSpacing')).toBe('normal')
  })

  test('it moves nothing in the page', async () => {
    const widget = await open('greedy')
    await codeOf(widget)
    const places = () =>
      widget.page.evaluate(() =>
        [...document.querySelectorAll('form, footer')].map((one) => one.getBoundingClientRect().top),
      )
    const before = await places()
    await widget.page.evaluate(() => document.querySelector('body > div')?.remove())
    expect(await places()).toEqual(before)
  })

  test('it is dark where the page is, and follows when the page changes its mind', async () => {
    const surface = (widget: Widget) => widget.styleOf('.nod-panel', 'backgroundColor')
    const [light, dark] = ['rgb(255, 255, 255)', 'rgb(21, 29, 26)']
    const night = await open('dark')
    await codeOf(night)
    expect(await surface(night)).toBe(dark)
    const widget = await open('toggled')
    await codeOf(widget)
    expect(await surface(widget)).toBe(light)
    await widget.page.evaluate(() => document.documentElement.classList.add('night'))
    await expect.poll(() => surface(widget)).toBe(dark)
    await widget.page.evaluate(() => document.documentElement.classList.remove('night'))
    await expect.poll(() => surface(widget)).toBe(light)
    // A page that is light whatever the system prefers.
    await browser.prefer(widget.page, 'dark')
    await expect.poll(() => surface(widget)).toBe(light)
  })

  test('nothing in it moves for longer than 200 ms, and nothing at all for who wants no motion', async () => {
    const widget = await open('plain')
    await codeOf(widget)
    for (const [moving, most] of [
      [true, 0.2],
      [false, 0],
    ] as const) {
      await browser.preferMotion(widget.page, moving)
      const durations = await widget.styleOf('.nod-fold', 'transitionDuration')
      expect(Math.max(...durations.split(',').map(Number.parseFloat))).toBeLessThanOrEqual(most)
      expect(await widget.styleOf('.nod-panel-picture', 'animationName')).toBe('none')
    }
  })
})

describe('in frames', () => {
  test('it is not, whatever they show', async () => {
    const page = await browser.open(`${site.origin}/framing`)
    const other = await open('plain')
    await codeOf(other) // by now the frame has had its chance
    const frame = page.frames().find((one) => one.url().endsWith('/login/plain'))!
    expect(await frame.evaluate(() => document.querySelectorAll('body > div').length)).toBe(0)
  })
})

describe('with a form that', () => {
  test('comes late, it makes way', async () => {
    const widget = await open('late')
    await codeOf(widget)
    await widget.page.waitForSelector('form')
    await isAtHome(widget)
    await leave('late', widget)
  })

  test('is drawn anew again and again, with the place for the code, it is in that place in the end', async () => {
    const widget = await open('replaced', VIEWPORT, mounted)
    await widget.page.waitForFunction(() => document.title === 'Drawn 8')
    await codeOf(widget)
    expect(await widget.page.$eval('#place', (place) => place.childElementCount)).toBe(1)
    expect(await hosts(widget)).toBe(1)
    await leave('replaced', widget)
  })

  test('comes and goes with the router, it comes and goes, however often', async () => {
    const widget = await open('router')
    const { page } = widget
    await codeOf(widget)
    for (const way of ['go', 'late', 'go', 'late', 'go', 'late', 'go', 'late']) {
      await page.evaluate((way) => (globalThis as never as Record<string, (path: string) => void>)[way]!('/shop'), way)
      await expect.poll(() => hosts(widget)).toBe(0)
      await page.evaluate(
        (way) => (globalThis as never as Record<string, (path: string) => void>)[way]!('/login/router'),
        way,
      )
      await codeOf(widget)
    }
    await isAtHome(widget)
    expect(await browser.badge(true)).toBe('')
  })

  test.each(['dialog', 'modal', 'popover'] as const)(
    'is in a %s, it is there with it, and can be used',
    async (kind) => {
      const widget = await open(kind)
      const { page } = widget
      await codeOf(widget)
      await page.locator('button').click()
      await expect.poll(() => page.evaluate(() => document.activeElement?.localName)).not.toBe('body')
      await expect
        .poll(() =>
          page.$eval('form', (form) => form.closest('dialog, .box, [popover]')?.querySelector('div:empty') !== null),
        )
        .toBe(true)
      await isAtHome(widget)
      await leave(kind, widget)
      await (await widget.button(said('qr_fold'))).click()
      await unfold(widget)
      expect(
        await page.$eval('form', (form) => form.checkVisibility()),
        'the page did not take it for a press outside',
      ).toBe(true)
      await isAtHome(widget)
      await (await unfold(widget)).click()
      await codeOf(widget)

      await page.keyboard.press('Escape')
      if (kind === 'modal') await page.evaluate(() => document.querySelector('.veil')?.remove())
      await expect
        .poll(() => page.evaluate(() => document.body.lastElementChild?.matches('body > div:empty')))
        .toBe(true)
      await isAtHome(widget)
    },
  )
})

describe('where there is no room', () => {
  const PHONE = { width: 320, height: 568 }

  test('on a phone it is a small tab, on nothing that can be pressed, and opens by a press', async () => {
    const widget = await open('phone', PHONE)
    await unfold(widget)
    await isAtHome(widget)
    expect(await faults('awkward-phone', widget.page)).toEqual([])
    const small = (await widget.lies()).box
    expect([small.right - small.left, small.bottom - small.top]).toEqual([48, 48])

    await (await unfold(widget)).click()
    await codeOf(widget)
    const { box, reached } = await widget.lies()
    expect(reached).toBe(true)
    expect([box.left, box.right]).toEqual([16, 304])
    await leave('phone-open', widget)
    await (await widget.button(said('qr_fold'))).click()
    await isAtHome(widget)
    await (await unfold(widget)).click()
    await codeOf(widget)
  })

  test('it gives way to what is scrolled below it', async () => {
    const widget = await open('long', PHONE)
    await unfold(widget)
    for (let y = 0; y < 1400; y += 35) {
      await widget.page.evaluate((y) => scrollTo(0, y), y)
      if (y % 175 === 0) await isAtHome(widget)
    }
  })

  test('with everything twice as large it is all there, scrolling by itself', async () => {
    const widget = await open('plain')
    await codeOf(widget)
    const zoom = async (factor: number) =>
      browser.background.evaluate(async (factor) => {
        const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true })
        await chrome.tabs.setZoom(tab!.id, factor)
      }, factor)
    try {
      await zoom(2)
      await expect.poll(() => widget.page.evaluate(() => innerWidth)).toBe(640)
      await unfold(widget)
      await isAtHome(widget)
      await leave('zoomed', widget)
      await (await unfold(widget)).click()
      await codeOf(widget)
      await expect.poll(async () => (await widget.lies()).box).toMatchObject({ top: 16, bottom: 344 })
      await leave('zoomed-open', widget)
      await (await widget.button(said('qr_fold'))).click()
    } finally {
      await zoom(1)
    }
    const edge = () => widget.page.evaluate(() => document.documentElement.clientWidth)
    await expect.poll(async () => (await edge()) - Math.floor((await widget.lies()).box.right)).toBe(16)
    await (await unfold(widget)).click()
    await codeOf(widget)
  })
})

describe('folded away', () => {
  test('it stays so for that site and no other, and comes back by a press or from the popup', async () => {
    const widget = await open('plain')
    await codeOf(widget)
    await (await widget.button(said('qr_fold'))).click()
    await unfold(widget)
    await isAtHome(widget)
    await leave('folded', widget)

    const again = await open('router')
    await unfold(again)
    const other = await open('plain', VIEWPORT, mounted)
    await codeOf(other)

    await widget.page.bringToFront()
    await widget.page.reload()
    await unfold(widget)
    expect(
      await widget.page.evaluate(() => [
        localStorage.length,
        document.cookie,
        document.body.innerHTML.includes('fold'),
      ]),
    ).toEqual([0, '', false])
    const popup = await browser.openPopup(widget.page)
    await reads(popup, said('popup_folded', { site: NAME }))
    await picture('awkward-popup-folded', popup)
    await press(popup, 'popup_unfold')
    await codeOf(widget)
    await widget.page.reload()
    await codeOf(widget)
    // The router's page has been told nothing; a press there is as good.
    await again.page.bringToFront()
    await (await unfold(again)).click()
    await codeOf(again)
  })
})

declare const chrome: {
  storage: { local: { set(values: object): Promise<void> } }
  tabs: { query(of: object): Promise<{ id: number }[]>; setZoom(tab: number, factor: number): Promise<void> }
}
