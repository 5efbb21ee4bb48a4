/**
 * Listens to a page as a screen reader does. It hears what stands in closed shadow roots too, where no script of the
 * page's world can look: the way to see `<nod-login>` in a browser without the extension.
 */
import type { Page } from 'puppeteer-core'
import { expect } from 'vitest'
import { profileOf } from './profile.ts'
import { type Key, said } from './steps.ts'

const PATIENCE = 25_000

/** What can be heard now, a line for each piece of text. */
export const heard = async (page: Page): Promise<string> => (await profileOf(page).hear(page)).join('\n')

export class HeardPanel {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  /** Waits until it says a text that matches, and answers the match. */
  async shows(pattern: RegExp): Promise<RegExpMatchArray> {
    await expect.poll(() => heard(this.page), { timeout: PATIENCE, interval: 50 }).toMatch(pattern)
    return (await heard(this.page)).match(pattern)!
  }

  /** Presses its button, which a person finds by what it says. */
  async press(key: Key): Promise<void> {
    const find = () => profileOf(this.page).findButton(this.page, said(key))
    await expect.poll(find, { timeout: PATIENCE, interval: 50 }).not.toBeNull()
    await (await find())!.click()
  }
}
