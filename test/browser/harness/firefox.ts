/**
 * Firefox as a profile: by WebDriver BiDi, and by functions that run inside of it for what that leaves out: the popup, the
 * event page, and what a screen reader is told.
 */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Browser, ElementHandle, JSHandle, Page, Realm } from 'puppeteer-core'
import {
  allow,
  chooseEntry,
  closePopup,
  endBackground,
  hasBegun,
  hear,
  letScripts,
  listTabs,
  openPopup,
  popupGone,
  prefer,
  preferMotion,
  processOf,
  readBadge,
  tabId,
  wake,
} from './firefox-acts.ts'
import { addAuthenticator, addPasskeys, listPasskeys, type Passkey, setVerified } from './firefox-authenticator.ts'
import { contextOf, FirefoxInside, type RemoteNode } from './firefox-inside.ts'
import { startFirefox } from './firefox-launch.ts'
import { LENS, putLens } from './firefox-lens.ts'
import { archive } from './lasting.ts'
import {
  type Authenticator,
  type Inside,
  type Opened,
  type Profile,
  type ProfileOptions,
  remember,
  type Scheme,
} from './profile.ts'

const EXTENSION = resolve(import.meta.dirname, '../../../dist/firefox')

/** Milliseconds: how long a page of the extension's may take to be there, and how often it is asked. */
const PATIENCE = 15_000
const PAUSE = 20

/** The same for all of them, so that it is the same for one that is opened again. */
const UUID = randomUUID()

export async function openFirefox(options: ProfileOptions): Promise<Profile> {
  const { extension = true, welcome = false, window = false, kept, camera, cameras } = options
  const id: string = JSON.parse(await readFile(`${EXTENSION}/manifest.json`, 'utf8')).browser_specific_settings.gecko.id
  const lasting = extension && (welcome || kept !== undefined)
  const preferences = {
    'extensions.webextensions.uuids': JSON.stringify({ [id]: UUID }),
    'xpinstall.signatures.required': false,
    // Who begins is asked more than once, and what was refused after a yes is given back and asked for again.
    'extensions.webextOptionalPermissionPrompts': !welcome,
    'media.navigator.streams.fake': Boolean(camera || cameras),
    'media.navigator.permission.disabled': Boolean(camera),
  }
  const { browser, folder, first, end } = await startFirefox({ window, kept, preferences })
  if (extension && !lasting) await browser.installExtension(EXTENSION)
  const own = extension ? { id, base: `moz-extension://${UUID}/` } : undefined
  const inside = await FirefoxInside.of(browser)
  if (camera) await inside.run(putLens, camera, LENS)
  const profile = new Firefox(browser, inside, own, end)
  if (lasting && !first) await inside.run(hasBegun, id)
  if (lasting && first) {
    const file = join(folder, 'extension.xpi')
    await archive(EXTENSION, file)
    await inside.install(file)
    const hello = await profile.tab((url) => url.endsWith('/welcome.html'))
    if (!welcome) await hello.close()
  }
  return remember(profile)
}

/** What only this browser lets a test do, for files that run in no other. */
export function insideOf(profile: Profile): FirefoxInside {
  if (profile instanceof Firefox) return profile.inside
  throw new Error('this can be done in Firefox only')
}

class Firefox implements Profile {
  readonly browser: Browser
  readonly background: Inside
  readonly inside: FirefoxInside
  readonly close: () => Promise<void>
  readonly #extension: Profile['extension'] | undefined

  constructor(
    browser: Browser,
    inside: FirefoxInside,
    extension: Profile['extension'] | undefined,
    end: () => Promise<void>,
  ) {
    this.browser = browser
    this.inside = inside
    this.close = end
    this.#extension = extension
    this.background = this.#backgroundOf(extension?.id ?? '')
  }

  #backgroundOf(id: string): Inside {
    return {
      evaluate: async (run, ...args) => this.inside.runIn(await this.inside.run(wake, id), run, ...args),
    }
  }

  get extension(): Profile['extension'] {
    if (!this.#extension) throw new Error('this profile has no extension')
    return this.#extension
  }

  async open(url: string): Promise<Page> {
    const page = await this.browser.newPage()
    await page.goto(url)
    return page
  }

  async openOwn(file: string): Promise<Page> {
    const page = await this.browser.newPage()
    const url = this.extension.base + file
    await page.goto(url, { waitUntil: [] })
    return this.#own(contextOf(page), url)
  }

  /** The library's page for one of the extension's own, once that has been loaded. */
  async #own(context: string, url: string): Promise<Page> {
    const isLoaded = (url: string) => location.href === url && document.readyState === 'complete'
    await until(`${url} to be loaded`, () => this.inside.runIn(context, isLoaded, url).catch(() => false))
    const page = await this.inside.introduce(context, url)
    const close = page.close.bind(page)
    page.close = async () => {
      await close()
      this.inside.forget(page)
    }
    return page
  }

  async openPopup(page: Page): Promise<Page> {
    await page.bringToFront()
    return this.#popup(await this.inside.run(openPopup, this.extension.id))
  }

  async chooseForPicture(page: Page, selector: string, entry: string): Promise<Page> {
    await page.bringToFront()
    const picture = await page.locator(selector).waitHandle()
    await picture.click({ button: 'right' })
    return this.#popup(await this.inside.run(chooseEntry, this.extension.id, entry))
  }

  async #popup(context: string): Promise<Page> {
    const popup = await this.#own(context, `${this.extension.base}popup.html`)
    void this.inside.run(popupGone, context).then(
      () => this.inside.forget(popup),
      () => {}, // the browser itself is gone
    )
    // It is in front for as long as it is there, and in no tab that could be.
    popup.bringToFront = async () => {}
    popup.close = async () => {
      await this.inside.run(closePopup, context)
      this.inside.forget(popup)
    }
    return popup
  }

  async tab(opens: (url: string) => boolean): Promise<Page> {
    return until('a tab to open', async () => {
      const tabs = await this.inside.run(listTabs)
      const found = tabs.find(({ url }) => opens(url))
      if (!found) return null
      if (found.url.startsWith(this.extension.base)) return this.#own(found.context, found.url)
      return (await this.browser.pages()).find((page) => contextOf(page) === found.context && opens(page.url()))
    })
  }

  async allow(...patterns: string[]): Promise<void> {
    await this.inside.run(allow, this.extension.id, patterns)
  }

  badge(here = false): Promise<string> {
    return this.inside.run(readBadge, this.extension.id, here)
  }

  async killWorker(): Promise<void> {
    await this.inside.run(endBackground, this.extension.id)
  }

  async contentScript(page: Page): Promise<Inside | null> {
    if (!this.#extension) return null
    const tab_id = await this.inside.run(tabId, contextOf(page))
    const evaluate: Inside['evaluate'] = async (run, ...args) => {
      const context = await this.inside.run(wake, this.extension.id)
      // Our script's world can be entered only by a script of ours.
      const inject = `async (json) => {
        const [tabId, args] = JSON.parse(json)
        const func = async (json) => JSON.stringify(await (${run})(...JSON.parse(json)))
        const [{ result }] = await browser.scripting.executeScript({ target: { tabId }, func, args: [args] })
        return result
      }`
      const json = JSON.stringify([tab_id, JSON.stringify(args)])
      const { value } = await this.inside.call({ context }, inject, [{ type: 'string', value: json }])
      return typeof value === 'string' ? JSON.parse(value) : undefined
    }
    const hasRun = await evaluate(() => Symbol.for('nod.widget') in globalThis).catch(() => false)
    return hasRun ? { evaluate } : null
  }

  async openRoot(page: Page): Promise<Opened | null> {
    const world = (page.mainFrame() as unknown as { isolatedRealm(): Realm & { sandbox: string } }).isolatedRealm()
    const target = { context: contextOf(page), sandbox: world.sandbox }
    const whole = { serializationOptions: { includeShadowTree: 'all', maxDomDepth: null } }
    const body = await this.inside.call(target, '() => document.body', [], whole)
    const roots = rootsIn(body)
    if (roots.length === 0) return null
    await this.inside.call(target, `${openRoots}`, roots.flat())
    const root = await world.evaluateHandle(() => (globalThis as unknown as { first_root: ShadowRoot }).first_root)
    const found = await root.evaluate((root) => Boolean(root))
    return found ? { world, root: root as JSHandle<ShadowRoot> } : null
  }

  hear(page: Page): Promise<string[]> {
    return this.inside.run(hear, contextOf(page))
  }

  async prefer(page: Page, scheme: Scheme | null): Promise<void> {
    await this.inside.run(prefer, contextOf(page), scheme ?? 'none')
  }

  async preferMotion(page: Page, moving: boolean): Promise<void> {
    await this.inside.run(preferMotion, contextOf(page), moving ? 'no-preference' : 'reduce')
  }

  async findButton(page: Page, name: string): Promise<ElementHandle | null> {
    const opened = await this.openRoot(page)
    if (!opened) return page.$(`::-p-aria([name="${name}"][role="button"])`)
    const { world, root } = opened
    const find = (root: ShadowRoot, name: string) =>
      [...root.querySelectorAll('button')].find((button) => button.innerText.trim() === name) ?? null
    return (await world.evaluateHandle(find, root, name)).asElement() as ElementHandle | null
  }

  async letScripts(page: Page, run: boolean): Promise<void> {
    await this.inside.run(letScripts, contextOf(page), run)
  }

  async crash(page: Page): Promise<void> {
    process.kill(await this.inside.run(processOf, contextOf(page)), 'SIGKILL')
  }

  async addExtension(folder: string): Promise<Inside & { id: string }> {
    const id = await this.browser.installExtension(folder)
    return { id, ...this.#backgroundOf(id) }
  }

  /** Of the whole browser here. */
  async authenticator(_page: Page): Promise<Authenticator> {
    const id = await this.inside.run(addAuthenticator)
    return {
      passkeys: () => this.inside.run(listPasskeys, id),
      take: (passkeys) => this.inside.run(addPasskeys, id, passkeys as Passkey[]),
      knows: (verified) => this.inside.run(setVerified, id, verified),
    }
  }
}

async function until<T>(what: string, look: () => Promise<T | null | undefined | false>): Promise<T> {
  const deadline = Date.now() + PATIENCE
  do {
    const found = await look()
    if (found) return found
    await new Promise((done) => setTimeout(done, PAUSE))
  } while (Date.now() < deadline)
  throw new Error(`waited in vain for ${what}`)
}

/** Elements that have a root by their nature, which is none of ours. */
const NATIVE = /^(video|audio|input|textarea|select|details|meter|progress|marquee)$/

/** Each host below this node, with its root. */
function rootsIn(node: RemoteNode): [RemoteNode, RemoteNode][] {
  const { localName = '', children = [], shadowRoot } = node.value ?? {}
  const own: [RemoteNode, RemoteNode][] = shadowRoot && !NATIVE.test(localName) ? [[node, shadowRoot]] : []
  return [...own, ...(shadowRoot?.value?.children ?? []).flatMap(rootsIn), ...children.flatMap(rootsIn)]
}

/** In a world of its own beside the page: opens each root to whoever looks at `shadowRoot` there. */
function openRoots(...hosts_and_roots: unknown[]): void {
  for (let i = 0; i < hosts_and_roots.length; i += 2)
    Object.defineProperty(hosts_and_roots[i], 'shadowRoot', { value: hosts_and_roots[i + 1], configurable: true })
  // One that is open is the page's own.
  const first_root = hosts_and_roots.find((one) => (one as ShadowRoot).mode === 'closed')
  Object.assign(globalThis, { first_root })
}
