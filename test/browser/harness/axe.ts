/**
 * Judges a page by axe-core, as it is drawn in the light and in the dark. Injected as text, since a strict policy of the
 * page stops script elements; a closed root is opened to it for as long as it looks, which it does at `shadowRoot`.
 */
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import axeCore from 'axe-core'
import type { Page, Realm } from 'puppeteer-core'
import { LANGUAGE, type Opened, profileOf } from './profile.ts'

declare const axe: typeof axeCore

async function violations(page: Page, opened: Opened | null): Promise<string[]> {
  const world: Page | Realm = opened?.world ?? page
  await world.evaluate(axeCore.source)
  await opened?.root.evaluate((root) =>
    Object.defineProperty(root.host, 'shadowRoot', { value: root, configurable: true }),
  )
  const results = await world.evaluate(async () => axe.run(document))
  await opened?.root.evaluate((root) => Reflect.deleteProperty(root.host, 'shadowRoot'))
  return results.violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}: ${nodes.map((node) => `${node.target}: ${node.failureSummary}`).join('; ')}`,
  )
}

const PICTURES = resolve(import.meta.dirname, '../out')

/** For people to look at. */
export async function picture(name: string, page: Page): Promise<void> {
  const pictures = join(PICTURES, `${process.env.NOD_TEST_BROWSER ?? 'chromium'}-${LANGUAGE}`)
  await mkdir(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, `${name}.png`) })
}

/**
 * What axe finds wrong in light and in dark, as readable lines. Leaves a picture of both in test/browser/out, for people
 * to look at.
 */
export async function faults(name: string, page: Page): Promise<string[]> {
  const profile = profileOf(page)
  const found: string[] = []
  for (const scheme of ['light', 'dark'] as const) {
    await profile.prefer(page, scheme)
    const opened = await profile.openRoot(page)
    found.push(...(await violations(page, opened)).map((line) => `${name}, ${scheme}: ${line}`))
    await picture(`${name}-${scheme}`, page)
  }
  await profile.prefer(page, null)
  return found
}
