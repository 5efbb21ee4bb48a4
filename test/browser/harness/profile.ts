/**
 * A browser profile of its own with the built extension in it: one person's browser. Opens the extension's real pages
 * and its real popup, as a click on its icon would. Knows nothing of what those pages say.
 */
import { resolve } from 'node:path'
import puppeteer, { type Browser, type Extension, type Page } from 'puppeteer-core'
import { ensureChromium } from '../../../.ci/chromium.mjs'

/** A camera's picture has this size too, so that what it sees is a page, pixel for pixel. */
export const VIEWPORT = { width: 1280, height: 720 }

const EXTENSION = resolve(import.meta.dirname, '../../../dist/chrome')

export interface ProfileOptions {
  /** false: a browser that has never heard of Nod. */
  extension?: boolean
  headless?: boolean
  /** Further command line switches of Chromium. */
  args?: string[]
  /** A picture file that the browser's camera sees; see camera.ts. */
  camera?: string
}

/** With motion, what a test looks at may be on its way to what it will be: a colour half faded has no contrast to judge. */
const STILL = '--force-prefers-reduced-motion'

const cameraArgs = (file: string): string[] => [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  `--use-file-for-fake-video-capture=${file}`,
]

export class Profile {
  readonly browser: Browser
  readonly #extension: Extension | undefined

  private constructor(browser: Browser, extension: Extension | undefined) {
    this.browser = browser
    this.#extension = extension
  }

  static async open({ extension = true, headless = true, args = [], camera }: ProfileOptions = {}): Promise<Profile> {
    const asRoot = process.getuid?.() === 0
    const browser = await puppeteer.launch({
      executablePath: ensureChromium(),
      headless,
      pipe: true,
      defaultViewport: headless ? VIEWPORT : null,
      enableExtensions: true,
      args: [
        '--lang=en-US',
        ...(asRoot ? ['--no-sandbox'] : []),
        ...(headless ? [STILL] : []),
        ...(camera ? cameraArgs(camera) : []),
        ...args,
      ],
    })
    if (!extension) return new Profile(browser, undefined)
    const id = await browser.installExtension(EXTENSION)
    return new Profile(browser, (await browser.extensions()).get(id))
  }

  get extension(): Extension {
    if (!this.#extension) throw new Error('this profile has no extension')
    return this.#extension
  }

  async open(url: string): Promise<Page> {
    const page = await this.browser.newPage()
    await page.goto(url)
    return page
  }

  /** One of the extension's own pages in a tab: `options.html`. */
  openOwn(file: string): Promise<Page> {
    return this.open(`chrome-extension://${this.extension.id}/${file}`)
  }

  /** The popup, opened over `page` as by a click on the icon: the page's tab becomes the one it may look at. */
  async openPopup(page: Page): Promise<Page> {
    await page.bringToFront()
    const opened = this.browser.waitForTarget((target) => target.url() === this.#popupUrl)
    await page.triggerExtensionAction(this.extension)
    return (await opened).asPage()
  }

  get #popupUrl(): string {
    return `chrome-extension://${this.extension.id}/popup.html`
  }

  /** Waits for a tab that something else opens, such as a link that leads to a new tab. */
  async tab(opens: (url: string) => boolean): Promise<Page> {
    const target = await this.browser.waitForTarget((target) => target.type() === 'page' && opens(target.url()))
    const page = await target.page()
    if (!page) throw new Error('the tab is gone')
    return page
  }

  /**
   * Says yes, beforehand, to the question whether the extension may read these sites: the real dialog belongs to the
   * browser's own windows, where no test reaches it. What then asks still has to ask, from a real click.
   */
  async allow(...patterns: string[]): Promise<void> {
    const page = await this.open('chrome://extensions/')
    await page.evaluate(
      async (id, patterns) => {
        for (const pattern of patterns) await chrome.developerPrivate.addHostPermission(id, pattern)
      },
      this.extension.id,
      patterns,
    )
    await page.close()
  }

  /** What stands on the extension's icon; over the tab in front, where `here`. */
  async badge(here = false): Promise<string> {
    const [worker] = await this.extension.workers()
    if (!worker) return ''
    return worker.evaluate(async (here) => {
      const [tab] = here ? await chrome.tabs.query({ active: true, lastFocusedWindow: true }) : []
      return chrome.action.getBadgeText(tab ? { tabId: tab.id } : {})
    }, here)
  }

  /** Ends the extension's worker as the browser does when it is idle. */
  async killWorker(): Promise<void> {
    const worker = this.browser.targets().find((target) => target.type() === 'service_worker')
    if (!worker) throw new Error('no worker runs that could be ended')
    const gone = new Promise<void>((done) => {
      this.browser.on('targetdestroyed', (target) => target === worker && done())
    })
    await (await worker.worker())?.close()
    await gone
  }

  close(): Promise<void> {
    return this.browser.close()
  }
}

declare const chrome: {
  action: { getBadgeText(details: object): Promise<string> }
  tabs: { query(of: object): Promise<{ id: number }[]> }
  /** On chrome://extensions only. */
  developerPrivate: { addHostPermission(id: string, pattern: string): Promise<void> }
}
