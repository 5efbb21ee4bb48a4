/**
 * For people who hear the screen, who have no mouse, who need it larger, plainer or still: a whole sign-in as it is heard,
 * the way through the popup by keyboard, and every page in a narrow window, with wide spacing and in the system's colours.
 */
import { readdir, readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { picture } from './harness/axe.ts'
import { listen, listenToWidget } from './harness/listen.ts'
import type { Profile } from './harness/profile.ts'
import { claimByCode, codeOf, numberOf, openLogin, readyBoth } from './harness/scenes.ts'
import { Stage } from './harness/stage.ts'
import { fill, press, reads, said } from './harness/steps.ts'

let stage: Stage
let laptop: Profile
let device: Profile

beforeAll(async () => {
  stage = await Stage.set()
  laptop = await stage.profile()
  device = await stage.profile()
  await readyBoth(stage, laptop, device)
})
afterAll(() => stage?.[Symbol.asyncDispose]())

const plain = (text: string): string => text.replace(/\s+/g, ' ').trim()
const host = (): string => new URL(stage.shop).host
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '')

test('a whole sign-in tells its story: each state once, what is wrong at once, and no clock is heard', async () => {
  const widget = await openLogin(laptop, stage.shop)
  const page = await listenToWidget(widget.page)
  const popup = await device.openPopup(await device.open(stage.shop))
  await reads(popup, said('popup_enter_code'))
  const hears = await listen(popup)
  await press(popup, 'popup_enter_code')
  await fill(popup, 'code_label', 'AEIO')
  await press(popup, 'code_submit')
  await reads(popup, said('code_invalid'))
  await fill(popup, 'code_label', await codeOf(widget))
  await press(popup, 'code_submit')
  await reads(popup, said('ask_share'))
  const number = await numberOf(widget)
  await expect.poll(() => focused(popup)).toContain(host())
  await press(popup, 'ask_deny')
  await reads(popup, said('ask_done_denied'))
  await widget.shows(new RegExp(said('qr_denied')))
  const told = `${said('ask_done_denied')} ${said('ask_done_denied_hint', { site: host() })}`
  await expect.poll(async () => (await hears()).at(-1)).toContain(told)
  expect(await hears()).toEqual([
    `> ${said('popup_enter_code')} ${said('popup_enter_code_hint')}`,
    `> ${said('code_label')}`,
    `> ${said('code_submit')}`,
    // Back where the mistake is, to mend it.
    `> ${said('code_label')}`,
    `! ${said('code_invalid')}`,
    `> ${said('code_submit')}`,
    `> ${said('ask_title')} ${host()}`,
    `> ${said('ask_deny')}`,
    said('ask_sending'),
    `> ${told}`,
  ])
  expect(await page()).toEqual([
    plain(`${number} ${said('qr_claimed_number')} ${said('qr_claimed_number_hint')}`),
    plain(`${said('qr_denied')} ${said('qr_denied_hint')}`),
  ])
  await press(popup, 'close')
  await popup.close()
  await widget.page.close()
})

test('a request that comes while the focus is elsewhere is told of, and one that takes the focus by that', async () => {
  const widget = await openLogin(laptop, stage.shop)
  // In tabs, since there is one popup at a time.
  const other = await device.openOwn('popup.html')
  await reads(other, said('popup_enter_code'))
  await other.focus('.x-head-button')
  const hears = await listen(other)
  const popup = await device.openOwn('popup.html')
  await claimByCode(popup, await codeOf(widget))
  await expect.poll(hears).toEqual([said('popup_arrived', { site: host() })])
  await other.close()
  await press(popup, 'ask_deny')
  await reads(popup, said('ask_done_denied'))
  await press(popup, 'close')
  await popup.close()
  await widget.page.close()
})

test('by keyboard every way of the popup leads there and back, and the focus is always seen', async () => {
  const popup = await device.openOwn('popup.html')
  await reads(popup, said('popup_enter_code'))
  await popup.bringToFront()
  const seen: string[] = []
  // Once around and on: from its end a browser's own buttons may follow, where the page knows of no focus.
  for (let tabs = 0; tabs < 12; tabs++) {
    await popup.keyboard.press('Tab')
    if (await popup.evaluate(() => document.activeElement === document.body)) continue
    const name = plain(await focused(popup))
    if (seen.includes(name)) break
    seen.push(name)
    const outline = await popup.evaluate(() => getComputedStyle(document.activeElement!).outline)
    expect(outline, name).toMatch(/solid [3-9]px/)
  }
  expect(seen).toEqual([
    said('popup_devices'),
    said('popup_settings'),
    ...(['scan_camera', 'picture', 'enter_code'] as const).map((way) =>
      plain(`${said(`popup_${way}`)}${said(`popup_${way}_hint`)}`),
    ),
  ])
  const keyboard = async (key: 'popup_enter_code' | 'popup_devices', there: string) => {
    await press(popup, key)
    await reads(popup, there)
    await popup.keyboard.press('Escape')
    await expect.poll(() => focused(popup)).toContain(said(key))
  }
  await keyboard('popup_enter_code', said('code_submit'))
  await keyboard('popup_devices', said('popup_devices_open'))
  await popup.close()
})

/** What a person may press is large enough to be hit, or stands in a line of text. */
const small = (page: Page): Promise<string[]> =>
  page.$$eval('button, a, input:not([hidden]), select', (found) =>
    found
      .map((one) => ({ text: one.textContent, ...one.getBoundingClientRect().toJSON() }))
      .filter(({ width, height }) => width > 0 && (width < 24 || height < 24))
      .map(({ text, width, height }) => `${text} ${width}×${height}`),
  )

const WIDE = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
  p { margin-bottom: 2em !important }`

/** By how much the page is wider than its window, and what in it is cut off. */
const lost = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    const cut = [...document.querySelectorAll<HTMLElement>('.nod *')].filter(
      (one) =>
        ['hidden', 'clip'].includes(getComputedStyle(one).overflowX) &&
        one.clientWidth > 2 &&
        one.scrollWidth > one.clientWidth + 1,
    )
    return [
      ...(scrollWidth > clientWidth ? [`${scrollWidth - clientWidth} px too wide`] : []),
      ...cut.map((one) => `${one.className} is cut off`),
    ]
  })

test('in a window of 320 pixels, as at 400 %, and with wide spacing nothing is lost, and all can be hit', async () => {
  const own = ['options.html', 'welcome.html', 'scan.html#picture', 'popup.html']
  const hosted = ['/sign-in', '/code', '/link', '/account', '/authorize?client_id=nobody']
  const pages = [
    ...own.map((file) => ({ name: file, open: () => device.openOwn(file) })),
    ...hosted.map((path) => ({ name: path, open: () => device.open(stage.gateway.issuer + path) })),
  ]
  for (const { name, open } of pages) {
    const page = await open()
    await page.setViewport({ width: 320, height: 800 })
    await page.waitForSelector('.nod :is(h1, h2)')
    expect(await small(page), name).toEqual([])
    // The popup's own width is its window's: it is no page that is zoomed into.
    if (name !== 'popup.html') expect(await lost(page), name).toEqual([])
    await picture(`narrow-${name.replace(/\W+/g, '-')}`, page)
    await page.evaluate((css) => {
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(css)
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
    }, WIDE)
    if (name !== 'popup.html') expect(await lost(page), `${name}, with wide spacing`).toEqual([])
    await page.close()
  }
})

test('in the system’s colours what leads on, what is chosen and where the focus is are still told apart', async () => {
  const widget = await openLogin(laptop, stage.shop)
  const popup = await device.openOwn('popup.html')
  await claimByCode(popup, await codeOf(await openLogin(laptop, stage.shop)))
  for (const [name, page] of [
    ['widget', widget.page],
    ['popup', popup],
  ] as const) {
    for (const feature of [
      { name: 'forced-colors', value: 'active' },
      { name: 'prefers-contrast', value: 'more' },
    ]) {
      const cdp = await page.createCDPSession()
      await cdp.send('Emulation.setEmulatedMedia', { features: [feature] })
      await page.bringToFront()
      await picture(`${name}-${feature.name}`, page)
      if (name === 'widget' && feature.name === 'forced-colors') {
        expect(await widget.styleOf('.nod-qr', 'backgroundColor')).toBe('rgb(255, 255, 255)')
      }
      if (name === 'popup' && feature.name === 'forced-colors') {
        await fill(popup, 'ask_number', '47')
        const ground = await popup.$$eval('.nod-answers button', (found) =>
          found.map((one) => getComputedStyle(one).backgroundColor),
        )
        expect(new Set(ground).size).toBe(2)
      }
      await cdp.detach()
    }
  }
  await press(popup, 'ask_deny')
  await press(popup, 'close')
  await popup.close()
})

test('nothing moves for longer than 200 ms, and nothing goes on moving', async () => {
  const dist = resolve(import.meta.dirname, '../../dist')
  const sheets: string[] = []
  for (const folder of ['chrome', 'firefox', 'gateway/pages']) {
    const files = (await readdir(resolve(dist, folder))).filter((file) => /\.(css|js)$/.test(file))
    for (const file of files) sheets.push(await readFile(resolve(dist, folder, file), 'utf8'))
  }
  const all = sheets.join('\n')
  expect(all).not.toMatch(/@keyframes|animation:/)
  const fades = [...all.matchAll(/--nod-fade: ?([\d.]+)(m?s)/g)].map(
    ([, number, unit]) => Number(number) * (unit === 's' ? 1000 : 1),
  )
  expect(fades.length).toBeGreaterThan(0)
  expect(Math.max(...fades)).toBeLessThanOrEqual(200)
  const durations = [...all.matchAll(/transition:([^;}]*)/g)].flatMap(
    ([, value]) => value!.match(/\d*\.?\d+m?s\b/g) ?? [],
  )
  expect(durations).toEqual([])
})
