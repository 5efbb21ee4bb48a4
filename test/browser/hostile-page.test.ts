/**
 * A login page that is its visitor's enemy, and has the extension in it: what it sees of the code's secrets, what it can
 * press, and what it can make the extension believe. Its scripts were there first and replaced whatever they could.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { FROM_WIDGET_SAMPLES, REQUEST_SAMPLES, TO_WIDGET_SAMPLES } from '../extension/samples.ts'
import { kept, secretsOf } from './harness/background.ts'
import { can } from './harness/browsers.ts'
import {
  callEverything,
  forge,
  HOOKS,
  listenToEverything,
  lookEverywhere,
  pressEverything,
} from './harness/hostile-acts.ts'
import { HostileSite } from './harness/hostile-site.ts'
import type { Profile } from './harness/profile.ts'
import { approve, claimByCode, codeOf, numberOf } from './harness/scenes.ts'
import { seenBy, spyingPage } from './harness/spying-page.ts'
import { ADA, Stage } from './harness/stage.ts'
import { linkTo, press, reads, said, switchOn, useGateway } from './harness/steps.ts'
import { Widget } from './harness/widget.ts'

const NAME = 'Enemy Teas'

/** The one hook that a page needs to get at any shadow root made in its own world. */
const PAGE = `<!doctype html><html lang="en"><title>Sign in</title><script>
  const real = Element.prototype.attachShadow
  window.roots = []
  Element.prototype.attachShadow = function (init) {
    const root = real.call(this, { ...init, mode: 'open' })
    window.roots.push(root)
    return root
  }
  ;(${listenToEverything})()
</script><form><input type="email" autocomplete="username"></form><main id="nod-login"></main></html>`

let stage: Stage
let browser: Profile
let site: HostileSite

beforeAll(async () => {
  // One ticket for as long as a session lives, so that nothing changes by itself.
  stage = await Stage.set({ settings: { NOD_TICKET_SECONDS: '600' } })
  site = await HostileSite.join(stage.gateway, NAME, { mount: '#nod-login' })
  site.show('/login', PAGE)
  site.show('/login/spied', spyingPage())
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

async function openLogin(path = '/login'): Promise<Widget> {
  const widget = new Widget(await browser.open(site.origin + path))
  await codeOf(widget)
  return widget
}

/** The code in the page is answered in the popup, from start to end. */
async function signIn(widget: Widget): Promise<void> {
  const popup = await browser.openPopup(widget.page)
  await claimByCode(popup, await codeOf(widget))
  await approve(popup, await numberOf(widget))
  await reads(widget.page, 'You are back.')
  await press(popup, 'close')
  await popup.close()
}

test('its replaced functions see no secret, ticket or code, from the first moment to the last (X02)', async () => {
  const widget = await openLogin('/login/spied')
  const secrets = await secretsOf(browser)
  expect(secrets).toHaveLength(3)
  await widget.page.evaluate(callEverything, 'canary')
  await signIn(widget)
  const seen = await seenBy(widget.page)
  const deaf = HOOKS.filter((hook) => !new RegExp(`^${hook}\\b.*canary`, 'm').test(seen))
  expect(deaf, 'hooks that do not hear').toEqual([])
  expect(site.codes).toHaveLength(1)
  for (const secret of [...secrets, ...site.codes, stage.gateway.issuer]) expect(seen).not.toContain(secret)
})

test('it can not look into the widget, by any way that leads to what is on the screen (X01)', async () => {
  const widget = await openLogin()
  const { page } = widget
  const letters = await codeOf(widget)
  const box = await page.$eval('#nod-login', (place) => {
    const { left, top, right, bottom } = place.firstElementChild!.getBoundingClientRect()
    return { left, top, right, bottom }
  })
  // A person selects the letters with the mouse; what is selected is the page's to read.
  await page.mouse.move(box.left + 5, box.bottom - 5)
  await page.mouse.down()
  await page.mouse.move(box.right - 5, box.top + 5, { steps: 20 })
  await page.mouse.up()
  const found = await page.evaluate(lookEverywhere, box)
  expect(found.roots, 'roots that show, or that were made where the page looks').toBe(0)
  expect(found.attributes).toEqual([])
  const secrets = await secretsOf(browser)
  for (const secret of [letters, ...secrets]) expect(found.text).not.toContain(secret)
  if (can('keep a root closed')) expect(found.ways, 'that led into the root').toEqual([])
  else {
    // What is in there is worth no more than the page's own code would be.
    expect(found.ways).toContain('originalTarget')
    expect(found.inside).toContain(letters)
    for (const secret of secrets) expect(found.inside).not.toContain(secret)
  }
})

test('what is drawn holds no secret either, and nothing in it could answer a request (rule 6)', async () => {
  const widget = await openLogin()
  const secrets = await secretsOf(browser)
  const popup = await browser.openPopup(widget.page)
  const drawn = [await widget.drawn()]
  await claimByCode(popup, await codeOf(widget))
  await numberOf(widget)
  drawn.push(await widget.drawn())
  await press(popup, 'ask_deny')
  await widget.shows(new RegExp(said('qr_denied')))
  drawn.push(await widget.drawn())
  await press(popup, 'close')
  await popup.close()
  for (const { html } of drawn) for (const secret of secrets) expect(html).not.toContain(secret)
  // Everything that could be pressed, filled in or followed, in the three states.
  expect(drawn.map(({ controls }) => controls)).toEqual([
    [`button ${said('qr_fold')}`],
    [`button ${said('qr_fold')}`],
    [`button ${said('qr_fold')}`, `button ${said('qr_new_code')}`],
  ])
})

test('it can press nothing: what it makes up is no input (X03)', async () => {
  const widget = await openLogin()
  const popup = await browser.openPopup(widget.page)
  await claimByCode(popup, await codeOf(widget))
  await press(popup, 'ask_deny')
  await widget.shows(new RegExp(said('qr_denied')))
  const starts = site.starts
  await widget.page.evaluate(pressEverything)
  // The same from where only a fault of ours could let it: on the control itself.
  const again = await widget.button(said('qr_new_code'))
  await again.evaluate((button) => {
    for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click', 'keydown', 'submit'])
      button.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true, composed: true }))
    button.click()
  })
  await widget.shows(new RegExp(said('qr_denied')))
  expect(site.starts).toBe(starts)
  // And a real one is one.
  await again.click()
  await codeOf(widget)
  expect(site.starts).toBe(starts + 1)
})

const FORGED = [
  ...Object.entries(REQUEST_SAMPLES).map(([name, input]) => ({ name, input })),
  ...Object.values(FROM_WIDGET_SAMPLES),
  ...Object.values(TO_WIDGET_SAMPLES),
]

test('its own messages, in every form that reaches its page, are heard by nobody (X05)', async () => {
  const widget = await openLogin()
  const before = await standing(widget)
  await widget.page.evaluate(forge, FORGED, browser.extension.base.slice(0, -1))
  expect(await standing(widget)).toEqual(before)
})

/** Everything that a message could have changed. */
async function standing(widget: Widget) {
  const { local, session } = await kept(browser)
  const pages = Object.values(session.pages ?? {}).map(({ created, status, expelled }) => ({
    session: created?.session_id,
    status: status.kind,
    expelled,
  }))
  const { html } = await widget.drawn()
  const clock = /\d:\d\d(?=<)/g
  return { local, pages, inbox: session.inbox?.items, drawn: html.replace(clock, ''), starts: site.starts }
}

describe('with the page’s whole process in its hands', () => {
  /** Says it as our content script does: what a page can do that has broken out of the rules of its process. */
  const say = (widget: Widget, message: object) =>
    widget.world.evaluate((message) => chrome.runtime.sendMessage(message), message)

  test('it may ask the background for nothing (rule 9)', async () => {
    const widget = await openLogin()
    const before = await standing(widget)
    for (const [name, input] of Object.entries(REQUEST_SAMPLES))
      expect(await say(widget, { name, input }), name).toEqual({ ok: false, problem: { code: 'refused' } })
    expect(await standing(widget)).toEqual(before)
  })

  test('it is told the code and the number and no secret, and not where an answer leads (I6, rule 18)', async () => {
    const widget = await openLogin()
    await widget.world.evaluate(listen, [FROM_WIDGET_SAMPLES.hello])
    const popup = await browser.openPopup(widget.page)
    const told = () => widget.world.evaluate(() => JSON.stringify((globalThis as unknown as Listening).told))
    await expect.poll(told).toMatch(/"user_code":"[B-Z]{4}-[B-Z]{4}"/)
    const [, letters = ''] = /"user_code":"(.*?)"/.exec(await told())!
    const secrets = await secretsOf(browser)
    await claimByCode(popup, letters)
    await expect.poll(told).toMatch(/"match_number":"\d\d"/)
    await press(popup, 'ask_deny')
    await expect.poll(told).toContain('"denied"')
    for (const secret of [...secrets, 'redirect_to', ADA.username, ADA.name]) expect(await told()).not.toContain(secret)
    await press(popup, 'close')
    await popup.close()
  })

  test('it can not pass for one of the extension’s own pages, nor say which site it is (rule 9)', async () => {
    const widget = await openLogin()
    const closed = await widget.world.evaluate(knock, ['view', 'popup', 'page '])
    expect(closed).toEqual({ view: 'closed', popup: 'closed', 'page ': 'closed' })
    const { hello } = FROM_WIDGET_SAMPLES
    await widget.world.evaluate(listen, [{ ...hello, origin: stage.shop }, hello])
    // They are taken in order: were the first one a hello, its answer would come before this one.
    const first = () => widget.world.evaluate(() => (globalThis as unknown as Listening).told[0])
    await expect.poll(first, { timeout: 10_000 }).toBeDefined()
    expect(await first(), 'a hello that names an origin is no hello').toMatchObject({ type: 'site', name: NAME })
  })

  test('it can not read what the extension keeps (X20)', async () => {
    const widget = await openLogin()
    const read = () => widget.world.evaluate(readStorage)
    const secrets = await secretsOf(browser)
    const isNothing = async (when: string) => {
      const found = await read()
      const local = can('close a storage') ? 'refused' : expect.anything()
      expect(found, when).toEqual({ local, session: 'refused', sync: {} })
      for (const secret of secrets) expect(JSON.stringify(found)).not.toContain(secret)
    }
    await isNothing('while the background runs')
    await browser.killWorker()
    await isNothing('nor before it has begun to run again')
  })
})

interface Listening {
  told: unknown[]
}

interface Port {
  onMessage: { addListener(heard: (message: unknown) => void): void }
  onDisconnect: { addListener(heard: () => void): void }
  postMessage(message: object): void
}
declare const chrome: {
  runtime: { sendMessage(message: object): Promise<unknown>; connect(info: { name: string }): Port }
  storage: Record<string, { get(key: null): Promise<object> }>
}

/** Opens a port beside the widget's, says these things, and remembers all that comes. */
function listen(sayings: object[]): void {
  const told: unknown[] = []
  Object.assign(globalThis, { told })
  const port = chrome.runtime.connect({ name: 'page' })
  port.onMessage.addListener((message) => told.push(message))
  for (const saying of sayings) port.postMessage(saying)
}

async function knock(names: string[]): Promise<Record<string, string>> {
  const closed = names.map(
    (name) =>
      new Promise<[string, string]>((done) => {
        const port = chrome.runtime.connect({ name })
        port.onMessage.addListener(() => done([name, 'served']))
        port.onDisconnect.addListener(() => done([name, 'closed']))
      }),
  )
  return Object.fromEntries(await Promise.all(closed))
}

async function readStorage(): Promise<Record<string, unknown>> {
  const areas = ['local', 'session', 'sync'].map(async (area) => {
    const found = await (async () => chrome.storage[area]!.get(null))().catch(() => 'refused')
    return [area, found] as const
  })
  return Object.fromEntries(await Promise.all(areas))
}
