/**
 * The inside of a running Firefox: its own window, where a function has all the rights that the browser has, and every
 * page of an extension, which WebDriver BiDi otherwise leaves out. The functions given here stand alone.
 */
import type { Browser, Page } from 'puppeteer-core'
import { letExtensionsIn } from './firefox-acts.ts'

interface Connection {
  send(method: string, params: object): Promise<{ result: Evaluated & { contexts: { context: string }[] } }>
  emit(event: string, params: object): void
}

interface Evaluated {
  type: 'success' | 'exception'
  realm: string
  result: RemoteNode & { value?: unknown }
  exceptionDetails?: { text: string }
}

export interface RemoteNode {
  sharedId: string
  value?: { localName?: string; children?: RemoteNode[]; shadowRoot?: RemoteNode | null }
}

/** A page's own name in the protocol, and that of the world which the library keeps beside the page's. */
interface Known {
  mainFrame(): { _id: string; isolatedRealm(): { sandbox: string } }
}

export const contextOf = (page: Page): string => (page as unknown as Known).mainFrame()._id

export class FirefoxInside {
  readonly #browser: Browser
  readonly #window: string

  private constructor(browser: Browser, window: string) {
    this.#browser = browser
    this.#window = window
  }

  static async of(browser: Browser): Promise<FirefoxInside> {
    const { send } = connectionOf(browser)
    const { result } = await send('browsingContext.getTree', { 'moz:scope': 'chrome' })
    const inside = new FirefoxInside(browser, result.contexts[0]!.context)
    await inside.run(letExtensionsIn)
    return inside
  }

  /** Runs in the browser's own window. */
  run<A extends unknown[], R>(run: (...args: A) => R | Promise<R>, ...args: A): Promise<R> {
    return this.runIn(this.#window, run, ...args)
  }

  /** Runs in the page of this name. */
  async runIn<A extends unknown[], R>(context: string, run: (...args: A) => R | Promise<R>, ...args: A): Promise<R> {
    const json = `async (json) => JSON.stringify(await (${run})(...JSON.parse(json)))`
    const { value } = await this.call({ context }, json, [{ type: 'string', value: JSON.stringify(args) }])
    return (value === undefined ? undefined : JSON.parse(value as string)) as R
  }

  async call(target: object, functionDeclaration: string, args: object[], more: object = {}) {
    const params = { functionDeclaration, target, arguments: args, awaitPromise: true, ...more }
    const { result } = await connectionOf(this.#browser).send('script.callFunction', params)
    if (result.type === 'exception') throw new Error(`in Firefox: ${result.exceptionDetails?.text}`)
    return result.result
  }

  /** An archived extension, for good: the library's own way is for the time being. */
  async install(file: string): Promise<void> {
    const params = { extensionData: { type: 'archivePath', path: file }, 'moz:permanent': true }
    await connectionOf(this.#browser).send('webExtension.install', params)
  }

  /** The library's page for one that the protocol does not tell of. */
  async introduce(context: string, url: string): Promise<Page> {
    const page = await this.#page(context)
    if (page) return this.acquaint(page, url)
    const created = { context, url, parent: null, userContext: 'default', originalOpener: null, clientWindow: '' }
    connectionOf(this.#browser).emit('browsingContext.contextCreated', { ...created, children: [] })
    return this.acquaint((await this.#page(context))!, url)
  }

  /** Says of a page that is there what the protocol does not: where it is, and which worlds it has. */
  async acquaint(page: Page, url: string): Promise<Page> {
    const connection = connectionOf(this.#browser)
    const context = contextOf(page)
    const { sandbox } = (page as unknown as Known).mainFrame().isolatedRealm()
    connection.emit('browsingContext.load', { context, url, navigation: null, timestamp: 0 })
    for (const world of [{}, { sandbox }]) {
      const target = { context, ...world }
      const { result } = await connection.send('script.evaluate', { expression: '0', awaitPromise: false, target })
      const origin = new URL(url).origin
      connection.emit('script.realmCreated', { type: 'window', realm: result.realm, origin, context, ...world })
    }
    return page
  }

  /** The page is gone, which the protocol does not say either. */
  forget(page: Page): void {
    const gone = { context: contextOf(page), url: page.url(), parent: null, userContext: 'default' }
    if (!page.isClosed()) connectionOf(this.#browser).emit('browsingContext.contextDestroyed', gone)
  }

  async #page(context: string): Promise<Page | undefined> {
    return (await this.#browser.pages()).find((page) => contextOf(page) === context)
  }
}

function connectionOf(browser: Browser): Connection {
  const { connection } = browser as unknown as { connection: Connection }
  return { send: connection.send.bind(connection), emit: connection.emit.bind(connection) }
}
