/**
 * Looks into the injected widget. Its shadow root is closed to the page, and so to a test that runs in the page; the
 * browser's owner can open it, and a click on what is found there is a real one.
 */
import type { ElementHandle, JSHandle, Page, Realm } from 'puppeteer-core'
import { type Inside, type Opened, profileOf } from './profile.ts'

/** Asked again and again: a tab in the background has no animation frames. Milliseconds. */
const POLLING = { polling: 50, timeout: 15_000 }

export class Widget {
  readonly page: Page
  /** Our content script's world. */
  readonly world: Inside

  constructor(page: Page) {
    this.page = page
    this.world = {
      evaluate: async (run, ...args) => {
        const world = await profileOf(page).contentScript(page)
        if (!world) throw new Error(`no content script runs in ${page.url()}`)
        return world.evaluate(run, ...args)
      },
    }
  }

  async #root(): Promise<[Realm, JSHandle<ShadowRoot>]> {
    const profile = profileOf(this.page)
    const deadline = Date.now() + POLLING.timeout
    let opened: Opened | null = null
    while (!opened) {
      if (Date.now() > deadline) throw new Error(`there is no widget in ${this.page.url()}`)
      opened = await profile.openRoot(this.page)
      if (!opened) await new Promise((done) => setTimeout(done, POLLING.polling))
    }
    return [opened.world, opened.root]
  }

  /** Waits until it shows a text that matches, and answers the match. */
  async shows(pattern: RegExp): Promise<RegExpMatchArray> {
    const [world, root] = await this.#root()
    const found = await world
      .waitForFunction(
        (root, source) => {
          const text = [...root.children].map((child) => (child as HTMLElement).innerText).join('\n')
          return new RegExp(source).test(text) ? text : null
        },
        POLLING,
        root,
        pattern.source,
      )
      .catch(async (error) => {
        const says = await root.evaluate((root) => root.textContent).catch(() => 'nothing: it is gone')
        throw new Error(`${pattern} did not appear in the widget, which says:\n${says}`, { cause: error })
      })
    return ((await found.jsonValue()) as string).match(pattern)!
  }

  /** Its button of this name, to be clicked. */
  async button(name: string): Promise<ElementHandle<HTMLButtonElement>> {
    const [world, root] = await this.#root()
    const found = await world.waitForFunction(
      (root, name) => [...root.querySelectorAll('button')].find((button) => button.innerText.trim() === name) ?? null,
      POLLING,
      root,
      name,
    )
    return found as ElementHandle<HTMLButtonElement>
  }

  /** What stands in the root now, and everything in it that a person could use, by what it is and is called. */
  async drawn(): Promise<{ html: string; controls: string[] }> {
    const [, root] = await this.#root()
    return root.evaluate((root) => {
      const controls = root.querySelectorAll<HTMLElement>(
        'button, input, select, textarea, a, form, [tabindex], [role=button]',
      )
      const nameOf = (control: HTMLElement) => control.getAttribute('aria-label') ?? control.innerText.trim()
      return {
        html: root.innerHTML,
        controls: [...controls].map((control) => `${control.localName} ${nameOf(control)}`),
      }
    })
  }
}
