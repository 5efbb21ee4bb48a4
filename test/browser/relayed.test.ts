/**
 * The page that shows a code, and what it may become between the scan and the answer. A yes is for the document that was
 * scanned and for no other, and a page shows codes in its own name only.
 */
import type { Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { can } from './harness/browsers.ts'
import { drawCode } from './harness/draw-code.ts'
import { type EvilSite, openEvilSite } from './harness/evil.ts'
import { HostileSite } from './harness/hostile-site.ts'
import type { Profile } from './harness/profile.ts'
import { readCode } from './harness/read-code.ts'
import { approve, codeOf, numberOf } from './harness/scenes.ts'
import { ADA, Stage } from './harness/stage.ts'
import { goBack, linkTo, press, reads, said, switchOn, useGateway } from './harness/steps.ts'
import { Widget } from './harness/widget.ts'

const NAME = 'Narrow Teas'

let stage: Stage
let browser: Profile
let site: HostileSite

const page = (content: string): string =>
  `<!doctype html><html lang="en"><title>Tea</title><body>${content}</body></html>`

beforeAll(async () => {
  stage = await Stage.set()
  site = await HostileSite.join(stage.gateway, NAME)
  site.show('/login', page('<form><input type="email"></form>'))
  site.show('/', page('<a href="/next">Next</a>'))
  const rules = '{"prerender": [{"source": "list", "urls": ["/next"], "eagerness": "immediate"}]}'
  site.show('/ready', page(`<a href="/next">Next</a><script type="speculationrules">${rules}</script>`))
  site.show('/next', page('Next'))
  site.show('/upload', page('Somebody’s upload'), { 'content-security-policy': 'sandbox allow-scripts' })
  browser = await stage.profile()
  await useGateway(browser, stage.gateway.issuer)
  await linkTo(browser, stage.gateway.issuer, ADA)
  await switchOn(browser, NAME)
})
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]()
  await site?.close()
})
afterEach(async () => {
  for (const tab of await browser.browser.pages()) if (tab.url() !== 'about:blank') await tab.close()
})

async function openLogin(): Promise<Widget> {
  const widget = new Widget(await browser.open(`${site.origin}/login`))
  await codeOf(widget)
  return widget
}

describe('between scan and answer', () => {
  /** The code of a login page, shown by another page of the same site and scanned there. */
  async function scanCopy(path: string): Promise<{ widget: Widget; copy: Page; popup: Page; number: string }> {
    const widget = await openLogin()
    const code = await readCode(widget.page)
    const copy = await browser.open(site.origin + path)
    await drawCode(copy, code)
    const popup = await browser.openPopup(copy)
    await press(popup, 'popup_scan_tab')
    await reads(popup, said('ask_title'))
    return { widget, copy, popup, number: await numberOf(widget) }
  }

  const GONE: Record<string, [path: string, move: (copy: Page) => Promise<unknown>]> = {
    'has been loaded again': ['/', (copy) => copy.reload()],
    'is another page of the same site': ['/', (copy) => copy.goto(`${site.origin}/next`)],
    ...(can('prepare a page') && {
      'is one that the browser had prepared': [
        '/ready',
        async (copy) => {
          // Drawing the code took the link away, not what the browser had been told to prepare.
          await expect.poll(() => site.heard('/next').length).toBeGreaterThan(0)
          await copy.evaluate(() => location.assign('/next'))
          await reads(copy, 'Next')
        },
      ],
    }),
  }
  test.each(Object.entries(GONE))('when the page %s, nothing is approved (X12)', async (_, [path, move]) => {
    const { widget, copy, popup, number } = await scanCopy(path)
    await move(copy)
    await approve(popup, number)
    await reads(popup, said('popup_tab_moved'))
    await numberOf(widget)
    await press(popup, 'popup_let_go')
    expect(site.codes).toEqual([])
  })

  test('when the tab is closed, nothing is approved (X12)', async () => {
    const { widget, copy, number } = await scanCopy('/')
    await copy.close()
    const popup = await browser.openPopup(widget.page)
    await reads(popup, said('ask_title'))
    await approve(popup, number)
    await reads(popup, said('popup_tab_moved'))
    await numberOf(widget)
    await press(popup, 'popup_let_go')
    expect(site.codes).toEqual([])
  })

  test('when the page came back, it is approved only if it is the very same document (X12)', async () => {
    const { widget, copy, popup, number } = await scanCopy('/')
    await copy.evaluate(() => Object.assign(globalThis, { same: true }))
    await copy.goto(`${site.origin}/next`)
    await goBack(copy)
    const same = await copy.evaluate(() => 'same' in globalThis)
    await approve(popup, number)
    await (same ? reads(widget.page, 'You are back.') : reads(popup, said('popup_tab_moved')))
    expect(site.codes).toHaveLength(same ? 1 : 0)
    await press(popup, same ? 'close' : 'popup_let_go')
    site.asked.length = 0
  })

  test('when its router only wrote another address, it is still the same page (X12)', async () => {
    const { widget, copy, popup, number } = await scanCopy('/')
    await copy.evaluate(() => history.pushState(null, '', '/elsewhere'))
    await approve(popup, number)
    await reads(widget.page, 'You are back.')
    expect(site.codes).toHaveLength(1)
    await press(popup, 'close')
    site.asked.length = 0
  })

  test('when the router of the login page itself moved on, the request is gone (X12)', async () => {
    const widget = await openLogin()
    const popup = await browser.openPopup(widget.page)
    await press(popup, 'popup_scan_tab')
    await reads(popup, said('ask_title'))
    await widget.page.evaluate(() => history.pushState(null, '', '/elsewhere'))
    await reads(popup, said('ask_gone'))
    expect(site.codes).toEqual([])
  })
})

test.runIf(can('prepare a page'))('a page that the browser only prepares begins no sign-in (X12)', async () => {
  const rules = '{"prerender": [{"source": "list", "urls": ["/login"], "eagerness": "immediate"}]}'
  site.show('/prepares', page(`<script type="speculationrules">${rules}</script>`))
  const tab = await browser.open(`${site.origin}/prepares`)
  const loads = () => site.heard('/login').filter(({ headers }) => headers['sec-purpose']?.includes('prerender'))
  await expect.poll(() => loads().length).toBe(1)
  const starts = site.starts
  await tab.evaluate(() => location.assign('/login'))
  await expect.poll(() => site.starts).toBe(starts + 1)
  await codeOf(new Widget(tab))
  expect(
    await tab.evaluate(
      () => (performance.getEntriesByType('navigation')[0] as never as { activationStart: number }).activationStart,
    ),
  ).toBeGreaterThan(0)
  expect(site.starts).toBe(starts + 1)
})

describe('a page of somebody else’s', () => {
  let evil: EvilSite
  beforeAll(async () => {
    evil = await openEvilSite(stage.shop, stage.gateway.issuer)
  })
  afterAll(() => evil?.close())

  async function scan(tab: Page): Promise<Page> {
    const popup = await browser.openPopup(tab)
    await press(popup, 'popup_scan_tab')
    return popup
  }

  test('that shows two codes is answered for neither', async () => {
    const other = await openEvilSite(stage.shop, stage.gateway.issuer)
    const tab = await browser.open(evil.origin)
    const svg = await (await fetch(other.origin)).text()
    await tab.evaluate((svg) => document.body.insertAdjacentHTML('beforeend', svg), svg.slice(svg.indexOf('<div')))
    await tab.evaluate(() => document.body.style.setProperty('display', 'flex'))
    await reads(await scan(tab), said('popup_error_two_codes'))
    expect([await evil.state(), await other.state()]).toEqual(['pending', 'pending'])
    await other.close()
  })

  test('that frames the site’s own login page shows no code in it, and its own is blocked', async () => {
    const starts = site.starts
    const tab = await browser.open(evil.origin)
    await tab.evaluate((url) => {
      const frame = Object.assign(document.createElement('iframe'), { src: url, height: 50 })
      document.body.prepend(frame)
      return new Promise((done) => frame.addEventListener('load', done))
    }, `${site.origin}/login`)
    const popup = await scan(tab)
    await reads(popup, said('popup_blocked'))
    await reads(popup, new URL(evil.origin).host)
    expect(await evil.state()).toBe('pending')
    expect(site.starts).toBe(starts)
  })

  test('that lies on the site’s own address, but in a sandbox, is not the site’s', async () => {
    const widget = await openLogin()
    const code = await readCode(widget.page)
    const tab = await browser.open(`${site.origin}/upload`)
    await drawCode(tab, code)
    await reads(await scan(tab), said('popup_error_not_a_web_page'))
    await codeOf(widget)
  })
})
