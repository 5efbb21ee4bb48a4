/**
 * Looks into the injected widget. Its shadow root is closed to the page, and so to a test that runs in the page; the
 * browser's owner can open it, and a click on what is found there is a real one.
 */
import type { ElementHandle, JSHandle, Page, Realm } from 'puppeteer-core'
import { type Inside, type Opened, profileOf } from './profile.ts'

interface Box {
  left: number
  top: number
  right: number
  bottom: number
}

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
      (root, name) =>
        [...root.querySelectorAll('button')].find(
          (button) => (button.getAttribute('aria-label') ?? button.innerText.trim()) === name,
        ) ?? null,
      POLLING,
      root,
      name,
    )
    return found as ElementHandle<HTMLButtonElement>
  }

  /** Where it lies in the window, whether a press there reaches it, and what of the page's own it would keep from being pressed. */
  async lies(): Promise<{ box: Box; reached: boolean; on: string[] }> {
    const [, root] = await this.#root()
    return root.evaluate((root) => {
      const box = root.firstElementChild!.getBoundingClientRect()
      const hit = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2)
      const inside = (from: ParentNode): Element[] =>
        [...from.querySelectorAll('*')]
          .filter((one) => one !== root.host)
          .flatMap((one) => [one, ...(one.shadowRoot ? inside(one.shadowRoot) : [])])
      const on = inside(document).filter((one) => {
        const { left, top, right, bottom, width } = one.getBoundingClientRect()
        const pressed = width > 0 && one.matches('input, button, a, select, textarea, summary')
        return pressed && left < box.right && box.left < right && top < box.bottom && box.top < bottom
      })
      return {
        box: { left: box.left, top: box.top, right: box.right, bottom: box.bottom },
        reached: hit === root.host,
        on: on.map((one) => `${one.localName} ${one.textContent || one.getAttribute('type')}`),
      }
    })
  }

  /** What the browser has computed for one of its elements. */
  async styleOf(
    selector: string,
    property: 'backgroundColor' | 'direction' | 'letterSpacing' | 'transitionDuration' | 'animationName',
  ) {
    const [, root] = await this.#root()
    return root.evaluate(
      (root, selector, property) => getComputedStyle(root.querySelector(selector)!)[property],
      selector,
      property,
    )
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
