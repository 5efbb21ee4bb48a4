/**
 * Judges a page by axe-core, as it is drawn in the light and in the dark. Injected as text, since a strict policy of the
 * page stops script elements; for the widget it is run in the content script's world, where its root can be opened.
 */
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import axeCore from 'axe-core'
import type { Page, Realm } from 'puppeteer-core'

declare const axe: typeof axeCore
declare const chrome: { dom: { openOrClosedShadowRoot(element: HTMLElement): ShadowRoot | null } }

/** Closed roots are opened for axe, which looks at `shadowRoot` as a page would. Does nothing in a page's own world. */
function openRoots(): void {
  if (typeof chrome === 'undefined' || !chrome.dom) return
  for (const element of document.querySelectorAll('body *')) {
    const root = element instanceof HTMLElement ? chrome.dom.openOrClosedShadowRoot(element) : null
    if (root && !element.shadowRoot) Object.defineProperty(element, 'shadowRoot', { value: root })
  }
}

async function violations(world: Page | Realm): Promise<string[]> {
  await world.evaluate(axeCore.source)
  await world.evaluate(openRoots)
  const results = await world.evaluate(async () => axe.run(document))
  return results.violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}: ${nodes.map((node) => `${node.target}: ${node.failureSummary}`).join('; ')}`,
  )
}

const PICTURES = resolve(import.meta.dirname, '../out')

/**
 * What axe finds wrong in light and in dark, as readable lines. Leaves a picture of both in test/browser/out, for people
 * to look at. `world` is where to look from, when it is not the page's own.
 */
export async function faults(name: string, page: Page, world: Page | Realm = page): Promise<string[]> {
  const found: string[] = []
  await mkdir(PICTURES, { recursive: true })
  for (const value of ['light', 'dark']) {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }])
    found.push(...(await violations(world)).map((line) => `${name}, ${value}: ${line}`))
    await page.screenshot({ path: join(PICTURES, `${name}-${value}.png`) })
  }
  await page.emulateMediaFeatures([])
  return found
}
