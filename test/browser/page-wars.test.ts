/**
 * Login pages that leave no room for a widget: policies that forbid everything, and scripts that throw it out as often as
 * it comes. It works or gives way to the popup; it never makes noise, and never costs more than the page is worth.
 */
import type { CDPSession, Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { can } from './harness/browsers.ts'
import { HostileSite } from './harness/hostile-site.ts'
import type { Profile } from './harness/profile.ts'
import { approve, claimByCode, codeOf, numberOf } from './harness/scenes.ts'
import { ADA, Stage } from './harness/stage.ts'
import { linkTo, press, reads, said, switchOn, useGateway } from './harness/steps.ts'
import { Widget } from './harness/widget.ts'

const NAME = 'Narrow Teas'

let stage: Stage
let browser: Profile
let site: HostileSite

beforeAll(async () => {
  stage = await Stage.set()
  site = await HostileSite.join(stage.gateway, NAME)
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
  for (const page of await browser.browser.pages()) if (page.url().startsWith(site.origin)) await page.close()
})

const FORM = '<!doctype html><html lang="en"><title>Sign in</title><form><input type="email"></form></html>'

async function openLogin(path = '/login'): Promise<Widget> {
  const widget = new Widget(await browser.open(site.origin + path))
  await codeOf(widget)
  return widget
}

describe('under a policy', () => {
  const REPORTING = 'report-uri /report'
  const TYPES = "require-trusted-types-for 'script'; trusted-types 'none'"
  const POLICIES: Record<string, string> = {
    nothing: "default-src 'none'",
    'typed-nothing': `default-src 'none'; ${TYPES}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'own-only': `default-src 'self'; style-src 'self'; style-src-attr 'none'; ${TYPES}`,
    sandboxed: 'sandbox',
    'sandboxed-nothing': "sandbox allow-scripts allow-forms; default-src 'none'",
  }
  /** The browser's own wish for a picture of the site is none of ours. */
  const reports = () => site.heard('/report').filter(({ body }) => !body.includes('/favicon.ico'))

  test.each(Object.entries(POLICIES))(
    'that is %s the code shows, and the site gets no report (X13)',
    async (name, policy) => {
      const enforced = { 'content-security-policy': `${policy}; ${REPORTING}` }
      site.show(`/login/${name}`, FORM, enforced)
      const { page } = await openLogin(`/login/${name}`)
      await page.reload()
      await codeOf(new Widget(page))

      // The same page with one fault of its own: reports do come, in order, and that one is the first.
      site.show(`/login/${name}/faulty`, `${FORM}<img src="data:image/gif,">`, {
        'content-security-policy': `${policy}; img-src https:; ${REPORTING}`,
      })
      await openLogin(`/login/${name}/faulty`)
      await expect.poll(() => reports().length).toBeGreaterThan(0)
      const about = reports().map(({ body }) => JSON.parse(body)['csp-report'])
      expect(about.map((one) => [one['document-uri'], one['blocked-uri']])).toEqual([
        [`${site.origin}/login/${name}/faulty`, 'data'],
      ])
      site.asked.length = 0
    },
  )

  test('that only watches, nothing is seen of us (X13)', async () => {
    const watched = `default-src 'none'; ${TYPES}; report-uri /report`
    site.show('/login/watched', FORM, { 'content-security-policy-report-only': watched })
    const page = await browser.open('about:blank')
    await page.evaluateOnNewDocument(() => {
      const violated: string[] = []
      Object.assign(globalThis, { violated })
      addEventListener(
        'securitypolicyviolation',
        (event) => violated.push(`${event.violatedDirective} ${event.blockedURI}`),
        true,
      )
    })
    await page.goto(`${site.origin}/login/watched`)
    await codeOf(new Widget(page))
    const violated = await page.evaluate(() => (globalThis as unknown as { violated: string[] }).violated)
    expect(violated.filter((one) => !one.endsWith('/favicon.ico'))).toEqual([])
    expect(reports()).toEqual([])
  })

  test('that takes the page its own origin, the person is signed in all the same (X13)', async () => {
    site.show('/login/sandboxed', FORM, { 'content-security-policy': 'sandbox' })
    const widget = await openLogin('/login/sandboxed')
    const popup = await browser.openPopup(widget.page)
    await claimByCode(popup, await codeOf(widget))
    await approve(popup, await numberOf(widget))
    await expect.poll(() => site.codes.length).toBe(1)
    await press(popup, 'close')
    await popup.close()
  })
})

/** Counts how often something of ours comes into the page, and throws it out by `remove` in the same breath. */
const throwsOut = (remove: string): string => `<!doctype html><html lang="en"><title>Sign in</title><body><h1>Mine</h1>
<script>
  window.came = 0
  new MutationObserver((records) => {
    for (const node of records.flatMap(({ addedNodes }) => [...addedNodes])) {
      if (node.localName !== 'div' || node.parentElement?.localName === 'h1') continue
      window.came++
      ${remove}
    }
  }).observe(document, { childList: true, subtree: true })
</script></body></html>`

const came = (page: Page): Promise<number> => page.evaluate(() => (globalThis as unknown as { came: number }).came)

/** A thousand changes, each of its own: the browser tells observers of every one. Answers how long that took, in ms. */
async function changeALot(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const began = performance.now()
    for (let i = 0; i < 1000; i++) {
      document.documentElement.append(document.createElement('i'))
      document.documentElement.lastChild?.remove()
      await new Promise<void>((done) => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => done()
        port2.postMessage(0)
      })
    }
    return performance.now() - began
  })
}

describe('at war', () => {
  const WAYS = {
    'takes it out': 'node.remove()',
    'empties itself': 'document.documentElement.replaceChildren()',
    'moves it away': "document.querySelector('h1').append(node)",
  }

  test.each(Object.entries(WAYS))(
    'with a page that %s, it comes back five times, then it is in the popup (X14)',
    async (_, way) => {
      site.show('/login', throwsOut(way))
      const page = await browser.open(`${site.origin}/login`)
      await expect.poll(() => browser.badge(true)).toBe('!')
      await changeALot(page)
      expect(await came(page)).toBe(6)

      const popup = await browser.openPopup(page)
      await reads(popup, said('popup_expelled', { site: NAME }))
      await reads(popup, said('qr_scan'))
      await popup.close()
    },
  )

  test('a router does not give it back what it has lost (X14)', async () => {
    site.show('/login', throwsOut('node.remove()'))
    const page = await browser.open(`${site.origin}/login`)
    await expect.poll(() => browser.badge(true)).toBe('!')
    const before = site.starts
    await page.evaluate(() => history.pushState(null, '', '/login/next'))
    await expect.poll(() => site.starts).toBe(before + 1)
    await expect.poll(() => browser.badge(true)).toBe('!')
    expect(await came(page)).toBe(6)
  })

  test('a page that never stands still is looked at now and then (X14)', async () => {
    site.show('/login', FORM)
    const widget = await openLogin()
    await widget.world.evaluate(countLooks)
    const looks = () => widget.world.evaluate(() => (globalThis as unknown as { looks: number }).looks)
    const ms = await changeALot(widget.page)
    // A look is some ten questions to the document; a look for each change would be ten thousand.
    expect(await looks()).toBeLessThan(10 * (ms / 100 + 3))
    expect(await looks()).toBeGreaterThan(0)
  })

  test('a hundred routes leave nothing behind, and begin few sign-ins (X14)', async () => {
    site.show('/login', FORM)
    const { page } = await openLogin()
    // What lives in a page is counted where the browser has a call for it.
    const cdp = can('count what lives in a page') ? await page.createCDPSession() : null
    await wander(page, 3)
    const before = cdp && (await left(cdp))
    const starts = site.starts
    const ms = await wander(page, 100)
    if (cdp && before) {
      await expect.poll(async () => (await left(cdp)).nodes).toBeLessThan(before.nodes + 60)
      expect((await left(cdp)).listeners).toBeLessThan(before.listeners + 20)
      await cdp.detach()
    }
    expect(site.starts - starts).toBeLessThanOrEqual(ms / 300 + 3)
    expect(await page.evaluate(() => document.querySelectorAll('div').length)).toBe(1)
  })

  /** Through this many addresses, then waits for the code of the last one. */
  async function wander(page: Page, routes: number): Promise<number> {
    const ms = await page.evaluate(async (routes) => {
      const began = performance.now()
      for (let i = 0; i < routes; i++) {
        history.pushState(null, '', `/login/route-${began}-${i}`)
        await new Promise((done) => setTimeout(done, 20))
      }
      return performance.now() - began
    }, routes)
    await codeOf(new Widget(page))
    return ms
  }
})

/** In the content script's world: counts its questions to the document. */
function countLooks(): void {
  const counted = globalThis as unknown as { looks: number }
  counted.looks = 0
  for (const name of ['querySelector', 'querySelectorAll'] as const) {
    const real = Document.prototype[name]
    Document.prototype[name] = function (this: Document, selector: string) {
      counted.looks++
      return Reflect.apply(real, this, [selector])
    } as never
  }
}

/** What is alive in the page's process after a clearing: nodes and listeners, those of the content script included. */
async function left(cdp: CDPSession): Promise<{ nodes: number; listeners: number }> {
  await cdp.send('HeapProfiler.collectGarbage')
  const { nodes, jsEventListeners: listeners } = await cdp.send('Memory.getDOMCounters')
  return { nodes, listeners }
}
