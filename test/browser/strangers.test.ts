/**
 * Those whom the extension has nothing to do with: sites that were never switched on, which must not even learn that it is
 * there, and other extensions, which must not be able to say anything to it.
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FROM_WIDGET_SAMPLES, REQUEST_SAMPLES } from '../extension/samples.ts'
import { kept } from './harness/background.ts'
import { can } from './harness/browsers.ts'
import { HostileSite } from './harness/hostile-site.ts'
import { type Inside, type Profile, profileOf } from './harness/profile.ts'
import { Stage } from './harness/stage.ts'
import { switchOn, useGateway } from './harness/steps.ts'

const DIST = resolve(import.meta.dirname, '../../dist/chrome')
const NAME = 'Other Teas'

let stage: Stage
let browser: Profile
/** Switched on. */
let site: HostileSite

beforeAll(async () => {
  stage = await Stage.set()
  site = await HostileSite.join(stage.gateway, NAME)
  browser = await stage.profile()
  await useGateway(browser, stage.gateway.issuer)
  await switchOn(browser, NAME)
})
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]()
  await site?.close()
})

describe('a site that was not switched on', () => {
  let bare: Profile
  let files: string[]

  beforeAll(async () => {
    bare = await stage.profile({ extension: false })
    const entries = await readdir(DIST, { recursive: true, withFileTypes: true })
    files = entries.filter((one) => one.isFile()).map((one) => relative(DIST, join(one.parentPath, one.name)))
  })

  const PAGE = '<!doctype html><html lang="en"><title>Sign in</title><form><input type="password"></form></html>'

  /** All that a page can tell of the browser around it, the extension's address replaced by a word. */
  async function fingerprint(profile: Profile, stranger: HostileSite, base: string, files: string[]): Promise<unknown> {
    const page = await profile.open('about:blank')
    await page.evaluateOnNewDocument(noteEverything)
    await page.goto(stranger.show('/login', PAGE))
    await settled(page)
    const found = await page.evaluate(probe, base, files)
    await page.close()
    return JSON.parse(JSON.stringify(found).replaceAll(base, 'BASE/'))
  }

  /** Where our script runs because a host pattern has no port, it has been told by now that it is not wanted. */
  async function settled(page: Page): Promise<void> {
    await (await profileOf(page).contentScript(page))?.evaluate(hearNotHere)
  }

  test.each(['127.0.0.1', 'localhost'] as const)('on %s can not tell whether it is there (X15)', async (host) => {
    const stranger = await HostileSite.open({ host })
    const { base } = browser.extension
    expect(files).toEqual(expect.arrayContaining(['widget.js', 'popup.html', 'manifest.json', join('icons', '48.png')]))
    const [here, nowhere] = [
      await fingerprint(browser, stranger, base, files),
      await fingerprint(bare, stranger, base, files),
    ]
    expect(here).toEqual(nowhere)
    expect(here).toMatchObject({ mutations: [], answered: [] })
    await stranger.close()
  })

  test('can not put its pages into a frame, nor open them (rule 9)', async () => {
    const stranger = await HostileSite.open()
    const page = await browser.open(stranger.show('/', '<!doctype html><title>x</title>'))
    const { base } = browser.extension
    for (const file of ['popup.html', 'options.html', 'scan.html']) {
      const before = (await browser.browser.pages()).length
      await page.evaluate((url) => {
        const [frame, later] = [document.createElement('iframe'), document.createElement('iframe')]
        frame.src = url
        document.body.append(frame)
        try {
          open(url)
        } catch {}
        // A frame that is refused need not say so; what was asked for later has come.
        later.srcdoc = 'later'
        document.body.append(later)
        return new Promise((done) => later.addEventListener('load', done))
      }, base + file)
      const frames = page.frames().slice(1)
      for (const frame of frames) expect(await frame.evaluate(() => document.querySelector('#app'))).toBeNull()
      const opened = (await browser.browser.pages()).slice(before)
      for (const tab of opened) expect(await tab.evaluate(() => document.querySelector('#app'))).toBeNull()
      for (const tab of opened) await tab.close()
    }
    await page.close()
    await stranger.close()
  })
})

describe('another extension', () => {
  let other: Inside & { id: string }
  const messages = [
    ...Object.entries(REQUEST_SAMPLES).map(([name, input]) => ({ name, input })),
    ...Object.values(FROM_WIDGET_SAMPLES),
  ]

  beforeAll(async () => {
    const folder = join(stage.folder, 'other-extension')
    await mkdir(folder)
    const manifest = {
      manifest_version: 3,
      name: 'Other',
      version: '1',
      background: { service_worker: 'worker.js', scripts: ['worker.js'] },
      browser_specific_settings: { gecko: { id: 'other@other.example' } },
      // What gives the pages of this machine `chrome.runtime`, to speak to any extension whose id they know.
      externally_connectable: { matches: ['http://127.0.0.1/*', 'http://localhost/*'] },
    }
    await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest))
    await writeFile(
      join(folder, 'worker.js'),
      'chrome.runtime.onMessageExternal.addListener((_, __, respond) => respond("heard"))',
    )
    other = await browser.addExtension(folder)
  })

  test('gets no answer to any message, and no port (X06)', async () => {
    const before = await kept(browser)
    const answers = await other.evaluate(say, browser.extension.id, messages)
    expect(new Set(answers)).toEqual(new Set(['no such end']))
    expect(await kept(browser)).toEqual(before)
  })

  test.runIf(can('connect pages with extensions'))(
    'gives pages a way to speak that leads to it, and not to Nod (X06)',
    async () => {
      const before = await kept(browser)
      const stranger = await HostileSite.open()
      const page = await browser.open(stranger.show('/', '<!doctype html><title>x</title>'))
      expect(await page.evaluate(say, other.id, messages.slice(0, 1))).toEqual(['"heard"', 'no such end'])
      const answers = await page.evaluate(say, browser.extension.id, messages)
      expect(new Set(answers)).toEqual(new Set(['no such end']))
      expect(await kept(browser)).toEqual(before)
      await page.close()
      await stranger.close()
    },
  )
})

interface Port {
  /** Firefox's way to say what Chromium says in `lastError`. */
  error?: object | null
  onMessage: { addListener(heard: (message: unknown) => void): void }
  onDisconnect: { addListener(heard: () => void): void }
  postMessage(message: object): void
}
declare const chrome: {
  runtime: {
    lastError?: { message: string }
    connect(id: string, info: { name: string }): Port
    connect(info: { name: string }): Port
    sendMessage(id: string, message: object): Promise<unknown>
  }
}

/** Says each message to an extension, then opens its ports; answers what came of each. */
async function say(id: string, messages: object[]): Promise<string[]> {
  const outcomes: string[] = []
  for (const message of messages) {
    const answer = chrome.runtime.sendMessage(id, message)
    outcomes.push(await answer.then(JSON.stringify, () => 'no such end'))
  }
  for (const name of messages.length > 1 ? ['page', 'view'] : ['page']) {
    const port = chrome.runtime.connect(id, { name })
    const closed = new Promise<string>((done) => {
      port.onMessage.addListener((message) => done(JSON.stringify(message)))
      port.onDisconnect.addListener(() => done((port.error ?? chrome.runtime.lastError) ? 'no such end' : 'closed'))
    })
    outcomes.push(await closed)
  }
  return outcomes
}

/** In our content script's world: the background has answered this document's hello. */
function hearNotHere(): Promise<void> {
  return new Promise((done) => {
    const port = chrome.runtime.connect({ name: 'page' })
    port.onMessage.addListener(() => done())
    port.postMessage({ type: 'hello', view_id: crypto.randomUUID() })
  })
}

/** Before anything else runs in the page: what is put into it, and what is called. */
function noteEverything(): void {
  const mutations: string[] = []
  Object.assign(globalThis, { mutations })
  addEventListener('load', () => {
    const note = (records: MutationRecord[]) =>
      mutations.push(...records.map(({ type, target }) => `${type} ${target.nodeName}`))
    new MutationObserver(note).observe(document, { subtree: true, childList: true, attributes: true })
  })
  const real = Element.prototype.attachShadow
  Element.prototype.attachShadow = function (init) {
    mutations.push('attachShadow')
    return real.call(this, init)
  }
}

async function probe(base: string, files: string[]): Promise<object> {
  const answered: string[] = []
  const load = (element: HTMLElement, key: 'src' | 'href', url: string): Promise<void> =>
    new Promise((done) => {
      element.onload = () => {
        answered.push(`${element.localName} ${url}`)
        done()
      }
      element.onerror = () => done()
      Object.assign(element, { [key]: url })
      document.head.append(element)
    })
  const { mutations } = globalThis as unknown as { mutations: string[] }
  const [put_in, html] = [[...mutations], document.documentElement.outerHTML]
  for (const file of files) {
    const url = base + file
    await fetch(url).then(
      () => answered.push(`fetch ${url}`),
      () => {},
    )
    await fetch(url, { mode: 'no-cors' }).then(
      () => answered.push(`no-cors ${url}`),
      () => {},
    )
    await load(document.createElement('img'), 'src', url)
    await load(document.createElement('script'), 'src', url)
    await load(Object.assign(document.createElement('link'), { rel: 'stylesheet' }), 'href', url)
  }
  const { chrome: offered = {} } = globalThis as unknown as { chrome?: object }
  return {
    answered,
    mutations: put_in,
    html,
    chrome: Object.keys(offered).sort(),
    names: Object.getOwnPropertyNames(globalThis).sort(),
    symbols: Object.getOwnPropertySymbols(globalThis).map(String),
    document: Object.getOwnPropertyNames(document).sort(),
    sheets: document.styleSheets.length + document.adoptedStyleSheets.length,
    resources: performance
      .getEntriesByType('resource')
      .map(({ name }) => name)
      .filter((name) => !name.includes(base)),
    custom: customElements.get('nod-login') === undefined,
    ancestors: [...(location.ancestorOrigins ?? [])],
    caches: await caches.keys(),
    databases: (await indexedDB.databases()).length,
    stored: localStorage.length + sessionStorage.length + document.cookie.length,
  }
}
