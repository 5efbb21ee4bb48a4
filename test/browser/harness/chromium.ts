/** Chromium as a profile: by its debugging protocol, and by `chrome.dom` in the world of our content script. */
import { resolve } from 'node:path'
import puppeteer, {
  type Browser,
  type ElementHandle,
  type Extension,
  type JSHandle,
  type Page,
  type Realm,
  type SerializedAXNode,
  type Target,
  type WebWorker,
} from 'puppeteer-core'
import { ensureChromium } from '../../../.ci/chromium.mjs'
import { asIfChosen, beDeveloper } from './lasting.ts'
import {
  type Authenticator,
  type Inside,
  LANGUAGE,
  type Opened,
  type Profile,
  type ProfileOptions,
  remember,
  type Scheme,
  VIEWPORT,
} from './profile.ts'

const EXTENSION = resolve(import.meta.dirname, '../../../dist/chrome')

/** With motion, what a test looks at may be on its way to what it will be: a colour half faded has no contrast to judge. */
const STILL = '--force-prefers-reduced-motion'

const BUILT_IN = {
  protocol: 'ctap2',
  transport: 'internal',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
} as const

const cameraArgs = (file: string): string[] => [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  `--use-file-for-fake-video-capture=${file}`,
]

const windowArgs = ({ left, width, height }: Exclude<ProfileOptions['window'], false | undefined>): string[] => [
  `--window-position=${left},0`,
  `--window-size=${width},${height}`,
]

export async function openChromium({
  extension = true,
  welcome = false,
  window = false,
  kept,
  camera,
  cameras,
}: ProfileOptions): Promise<Profile> {
  const asRoot = process.getuid?.() === 0
  const browser = await puppeteer.launch({
    executablePath: ensureChromium(),
    headless: !window,
    pipe: true,
    ...(kept === undefined ? {} : { userDataDir: kept }),
    defaultViewport: window ? null : VIEWPORT,
    enableExtensions: true,
    // On Linux it speaks as the session does.
    env: { ...process.env, LANGUAGE },
    args: [
      `--lang=${LANGUAGE}`,
      `--accept-lang=${LANGUAGE}`,
      ...(asRoot ? ['--no-sandbox'] : []),
      ...(window ? windowArgs(window) : [STILL]),
      ...(camera ? cameraArgs(camera) : []),
      ...(cameras ? [`--use-fake-device-for-media-stream=device-count=${cameras}`] : []),
    ],
  })
  const [installed] = await browser.extensions()
  const id = installed?.[0] ?? (extension ? await browser.installExtension(EXTENSION) : undefined)
  if (extension && !installed) {
    const hello = await browser.waitForTarget((target) => target.url().endsWith('/welcome.html'))
    if (!welcome) await (await hello.page())?.close()
  }
  const profile = new Chromium(browser, id === undefined ? undefined : (await browser.extensions()).get(id), kept)
  if (kept !== undefined && !installed) {
    const page = await profile.open('chrome://extensions/')
    await beDeveloper(page)
    await page.close()
  }
  return remember(profile)
}

class Chromium implements Profile {
  readonly browser: Browser
  readonly background: Inside
  readonly #extension: Extension | undefined
  readonly #kept: string | undefined

  constructor(browser: Browser, extension: Extension | undefined, kept: string | undefined) {
    this.browser = browser
    this.#kept = kept
    this.#extension = extension
    this.background = inside(() => this.#workerOf(this.extension.base))
  }

  get extension(): { id: string; base: string } {
    const { id } = this.#installed
    return { id, base: `chrome-extension://${id}/` }
  }

  get #installed(): Extension {
    if (!this.#extension) throw new Error('this profile has no extension')
    return this.#extension
  }

  async open(url: string): Promise<Page> {
    const page = await this.browser.newPage()
    await page.goto(url)
    return page
  }

  openOwn(file: string): Promise<Page> {
    return this.open(this.extension.base + file)
  }

  async openPopup(page: Page): Promise<Page> {
    await page.bringToFront()
    const url = `${this.extension.base}popup.html`
    const opened = this.browser.waitForTarget((target) => target.url() === url)
    await page.triggerExtensionAction(this.#installed)
    return (await opened).asPage()
  }

  /**
   * The menu is the system's, where no test reaches it: the press on its entry is told to the extension by its own event, as
   * the browser does. Only the right to look at the tab, which goes with a press, is got by the toolbar button.
   */
  async chooseForPicture(page: Page, selector: string): Promise<Page> {
    await (await this.openPopup(page)).close()
    const src = await page.$eval(selector, (image) => (image as HTMLImageElement).currentSrc)
    const url = `${this.extension.base}popup.html`
    const opened = this.browser.waitForTarget((target) => target.url() === url)
    const choose = async (src: string) => {
      const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true })
      chrome.contextMenus.onClicked.dispatch({ menuItemId: 'picture', srcUrl: src, frameId: 0 }, tab)
    }
    await this.background.evaluate(choose, src)
    return (await opened).asPage()
  }

  async tab(opens: (url: string) => boolean): Promise<Page> {
    const target = await this.browser.waitForTarget((target) => target.type() === 'page' && opens(target.url()))
    const page = await target.page()
    if (!page) throw new Error('the tab is gone')
    return page
  }

  /** The real dialog belongs to the browser's own windows, where no test reaches it. */
  async allow(...patterns: string[]): Promise<void> {
    const page = await this.open('chrome://extensions/')
    const add = async (id: string, patterns: string[]) => {
      for (const pattern of patterns) await chrome.developerPrivate.addHostPermission(id, pattern)
    }
    await page.evaluate(add, this.extension.id, patterns)
    await page.close()
  }

  async badge(here = false): Promise<string> {
    const [worker] = await this.#installed.workers()
    if (!worker) return ''
    return worker.evaluate(async (here) => {
      const [tab] = here ? await chrome.tabs.query({ active: true, lastFocusedWindow: true }) : []
      return chrome.action.getBadgeText(tab ? { tabId: tab.id } : {})
    }, here)
  }

  async killWorker(): Promise<void> {
    const worker = this.browser.targets().find(isWorkerOf(this.extension.base))
    if (!worker) throw new Error('no worker runs that could be ended')
    const gone = new Promise<void>((done) => {
      this.browser.on('targetdestroyed', (target) => target === worker && done())
    })
    await (await worker.worker())?.close()
    await gone
  }

  /** Woken by whatever the test has just done, so it is there or will be. */
  async #workerOf(base: string): Promise<WebWorker> {
    const target = await this.browser.waitForTarget(isWorkerOf(base))
    return (await target.worker())!
  }

  async contentScript(page: Page): Promise<Inside | null> {
    const [world] = page.extensionRealms()
    return world ? inside(async () => world) : null
  }

  async openRoot(page: Page): Promise<Opened | null> {
    const [world] = page.extensionRealms()
    const root = await world?.evaluateHandle(closedRoot)
    return world && root && (await isThere(root)) ? { world, root: root as JSHandle<ShadowRoot> } : null
  }

  async hear(page: Page): Promise<string[]> {
    const tree = await page.accessibility.snapshot({ interestingOnly: false })
    return tree ? texts(tree) : []
  }

  async prefer(page: Page, scheme: Scheme | null): Promise<void> {
    await page.emulateMediaFeatures(scheme ? [{ name: 'prefers-color-scheme', value: scheme }] : [])
  }

  async preferMotion(page: Page, moving: boolean): Promise<void> {
    await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: moving ? 'no-preference' : 'reduce' }])
  }

  findButton(page: Page, name: string): Promise<ElementHandle | null> {
    return page.$(`::-p-aria([name="${name}"][role="button"])`)
  }

  letScripts(page: Page, run: boolean): Promise<void> {
    return page.setJavaScriptEnabled(run)
  }

  async crash(page: Page): Promise<void> {
    const session = await page.createCDPSession()
    // It is not there any more to answer.
    session.send('Page.crash').catch(() => {})
  }

  async addExtension(folder: string): Promise<Inside & { id: string }> {
    const id = await this.browser.installExtension(folder)
    return { id, ...inside(() => this.#workerOf(`chrome-extension://${id}/`)) }
  }

  async authenticator(page: Page): Promise<Authenticator> {
    const session = await page.createCDPSession()
    await session.send('WebAuthn.enable')
    const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', { options: BUILT_IN })
    return {
      passkeys: async () => (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
      take: async (passkeys) => {
        for (const credential of passkeys)
          await session.send('WebAuthn.addCredential', { authenticatorId, credential: credential as never })
      },
      knows: async (isUserVerified) => {
        await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })
      },
    }
  }

  async close(): Promise<void> {
    await this.browser.close()
    if (this.#kept !== undefined) await asIfChosen(this.#kept, this.extension.id)
  }
}

const isWorkerOf =
  (base: string) =>
  (target: Target): boolean =>
    target.type() === 'service_worker' && target.url().startsWith(base)

/** Without what the library knows of handles among the arguments. */
const inside = (where: () => Promise<WebWorker | Realm>): Inside => ({
  evaluate: async (run, ...args) => (await where()).evaluate(run as () => never, ...(args as unknown as [])),
})

const isThere = (handle: JSHandle): Promise<boolean> => handle.evaluate((found) => found !== null)

const texts = ({ role, name, children = [] }: SerializedAXNode): string[] => [
  ...(role === 'StaticText' && name ? [name] : []),
  ...children.flatMap(texts),
]

/** In our content script's world, which must not find its own root open: it would take what is in it for the page's. */
function closedRoot(): ShadowRoot | null {
  for (const element of document.querySelectorAll('body *')) {
    const root = element instanceof HTMLElement ? chrome.dom.openOrClosedShadowRoot(element) : null
    // One that is open is the page's own.
    if (root?.mode === 'closed') return root
  }
  return null
}

declare const chrome: {
  action: { getBadgeText(details: object): Promise<string> }
  tabs: { query(of: object): Promise<{ id: number }[]> }
  contextMenus: { onClicked: { dispatch(info: object, tab: object | undefined): void } }
  dom: { openOrClosedShadowRoot(element: HTMLElement): ShadowRoot | null }
  /** On chrome://extensions only. */
  developerPrivate: { addHostPermission(id: string, pattern: string): Promise<void> }
}
