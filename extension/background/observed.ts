/**
 * The tab in which a code was seen: whose page it is by the browser's own word, and whether it is still that page. The
 * ground of the rule that a code passed on by another site is refused.
 */
import { decodeQr } from '../../shared/client/scan.ts'
import { browser } from '../browser.ts'
import { originOf } from '../origins.ts'
import { Refusal } from '../problem.ts'
import type { Observation } from '../state.ts'

/**
 * Runs inside the tab's top document, in the extension's own world, which the page cannot reach. A sandboxed document has
 * the address of its site but `null` for an origin: the site itself says that what is shown there is not its own.
 */
const identify = () => ({ opened_at: performance.timeOrigin, origin: self.origin })

/** Throws a Refusal where there is no web page that the person has just pointed at with the toolbar button. */
export async function observe(tab_id: number): Promise<Observation> {
  try {
    const tab = await browser.tabs.get(tab_id)
    const origin = originOf(tab.url)
    const [injected] = await browser.scripting.executeScript({ target: { tabId: tab_id }, func: identify })
    const seen = injected?.result as ReturnType<typeof identify> | undefined
    if (origin === null || !injected || seen?.origin !== origin) throw new Refusal({ code: 'not_a_web_page' })
    return { tab_id, origin, document: `${injected.documentId ?? ''} ${seen.opened_at}` }
  } catch (error) {
    if (error instanceof Refusal) throw error
    // The browser's own pages, and pages the person has not pointed at, refuse scripts.
    throw new Refusal({ code: 'not_a_web_page' })
  }
}

/** Whether the tab still shows the very document that was observed. What cannot be seen any more has changed. */
export async function isUnchanged(before: Observation): Promise<boolean> {
  try {
    const now = await observe(before.tab_id)
    return now.origin === before.origin && now.document === before.document
  } catch {
    return false
  }
}

/** Every code visible in the tab, and the page that showed them: the same one before and after the picture. */
export async function readTab(tab_id: number): Promise<{ codes: string[]; observed: Observation }> {
  const observed = await observe(tab_id)
  const { active, windowId } = await browser.tabs.get(tab_id)
  if (!active || windowId === undefined) throw new Refusal({ code: 'tab_moved' })
  const picture = await browser.tabs.captureVisibleTab(windowId, { format: 'png' })
  const still_active = (await browser.tabs.get(tab_id)).active
  if (!still_active || !(await isUnchanged(observed))) throw new Refusal({ code: 'tab_moved' })
  return { codes: decodeQr(await pixelsOf(picture)), observed }
}

/** Decoded by hand: the extension's policy lets nothing be fetched from a `data:` address. */
async function pixelsOf(data_url: string): Promise<ImageData> {
  const bytes = Uint8Array.from(atob(data_url.slice(data_url.indexOf(',') + 1)), (char) => char.charCodeAt(0))
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
  if (!canvas) throw new Error('no canvas')
  canvas.drawImage(bitmap, 0, 0)
  return canvas.getImageData(0, 0, bitmap.width, bitmap.height)
}
