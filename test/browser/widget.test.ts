/**
 * The widget in a real login page: where it appears and where it does not, what it shows when things go their course or
 * wrong, and that the page around it learns nothing and can press nothing.
 */
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SHOP_NAME } from '../demo/shop.ts'
import type { Profile } from './harness/profile.ts'
import { readCode } from './harness/read-code.ts'
import { codeOf, openLogin } from './harness/scenes.ts'
import { Stage } from './harness/stage.ts'
import { follow, reads, said, switchOn, useGateway } from './harness/steps.ts'
import { Widget } from './harness/widget.ts'

/** A stage and a browser that shows codes on it, gone when the tests around it are over. */
function staged(wishes: Parameters<typeof Stage.set>[0], prepare: (browser: Profile) => Promise<void>) {
  const set = {} as { stage: Stage; browser: Profile }
  beforeAll(async () => {
    set.stage = await Stage.set(wishes)
    set.browser = await set.stage.profile()
    await useGateway(set.browser, set.stage.gateway.issuer)
    await prepare(set.browser)
  })
  afterAll(() => set.stage?.[Symbol.asyncDispose]())
  return set
}

const shown = (key: Parameters<typeof said>[0]): RegExp => new RegExp(said(key))

describe('unasked', () => {
  const set = staged({}, async () => {})

  test('nothing runs in a site’s page, though the browser would allow it', async () => {
    const page = await set.browser.open(`${set.stage.shop}/login`)
    expect(await set.browser.contentScript(page)).toBeNull()
    expect(await page.$eval('#nod-login', (place) => place.childElementCount)).toBe(0)
  })
})

describe('switched on', () => {
  const set = staged({ settings: { NOD_SESSION_SECONDS: '12', NOD_TICKET_SECONDS: '2' } }, (browser) =>
    switchOn(browser, SHOP_NAME),
  )

  test('it is in the place that the site named, and on no other page of the site', async () => {
    const { page } = await openLogin(set.browser, set.stage.shop)
    expect(await page.$eval('#nod-login', (place) => place.childElementCount)).toBe(1)
    await page.goto(set.stage.shop)
    const other = await openLogin(set.browser, set.stage.shop) // by now the first has had its chance
    expect(await page.evaluate(() => document.querySelectorAll('body > div').length)).toBe(0)
    await other.page.close()
    await page.close()
  })

  test('its code turns, and has an end after which the page asks for a new one', async () => {
    const widget = await openLogin(set.browser, set.stage.shop)
    const letters = await codeOf(widget)
    const first = await readCode(widget.page)
    let second = first
    await expect.poll(async () => (second = await readCode(widget.page)), { timeout: 10_000 }).not.toBe(first)
    expect(second.split('.')[0], 'the same session').toBe(first.split('.')[0])

    await widget.shows(shown('qr_expired'))
    await (await widget.button(said('qr_new_code'))).click()
    expect(await codeOf(widget)).not.toBe(letters)
    await widget.page.close()
  })

  test('the page sees an empty element, and its clicks are no clicks', async () => {
    const widget = await openLogin(set.browser, set.stage.shop)
    const { page } = widget
    const letters = await codeOf(widget)
    const code = await readCode(page)
    const seen = await page.evaluate(() => {
      const host = document.querySelector<HTMLElement>('#nod-login > *')!
      for (const type of ['click', 'keydown', 'submit']) host.dispatchEvent(new Event(type, { bubbles: true }))
      host.click()
      return { root: host.shadowRoot, html: document.documentElement.outerHTML, within: host.childNodes.length }
    })
    expect(seen).toMatchObject({ root: null, within: 0 })
    expect(seen.html).not.toContain(letters)
    expect(seen.html).not.toContain(code.split('#')[1]!.split('.')[0])
    await page.close()
  })

  test('the page is told of no fault of ours by its own strict policy', async () => {
    const page = await set.browser.open('about:blank')
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(`${set.stage.shop}/login`)
    await codeOf(new Widget(page))
    expect(complaints).toEqual([])
    await page.close()
  })

  test('it waits for a gateway that is out of reach, and leaves the page usable', async () => {
    await set.stage.gateway.stop()
    const widget = new Widget(await set.browser.open(`${set.stage.shop}/login`))
    await widget.shows(shown('qr_failed'))
    await stillUsable(widget.page)

    await set.stage.gateway.start()
    await (await widget.button(said('try_again'))).click()
    await codeOf(widget)
    await widget.page.close()
  })
})

describe('with a start URI that leads elsewhere', () => {
  const set = staged({ start_path: '/account' }, (browser) => switchOn(browser, SHOP_NAME))

  test('it says so, with a hint for the site’s developer, and leaves the page usable', async () => {
    const widget = new Widget(await set.browser.open(`${set.stage.shop}/login`))
    await widget.shows(shown('widget_start_failed'))
    await widget.shows(/For the site’s developer/)
    await stillUsable(widget.page)
    await follow(widget.page, 'Sign in with Nod')
    await reads(widget.page, said('qr_scan'))
    expect(new URL(widget.page.url()).origin).toBe(set.stage.gateway.issuer)
  })
})

async function stillUsable(page: Page): Promise<void> {
  await page.locator('#email').fill('ada@example.com')
  expect(await page.$eval('#email', (field) => (field as HTMLInputElement).value)).toBe('ada@example.com')
}
