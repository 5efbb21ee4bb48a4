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

/** Pixels: four squares of a code that is large enough to be read. */
const QUIET = 16

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

interface Seen {
  codes: string[]
  observed: Observation
}

/** Every code visible in the tab, and the page that showed them: the same one before and after the picture. */
export const readTab = (tab_id: number): Promise<Seen> =>
  look(tab_id, async (shot) => decodeQr(pixelsOf(shot, { x: 0, y: 0, width: shot.width, height: shot.height })))

/**
 * The codes of one picture in the tab's page, as it is seen there; a picture of another size than can be seen, out of itself.
 * One in a frame is not found this way, so all that is in sight is looked at.
 */
export function readPicture(tab_id: number, src: string, frame_id: number): Promise<Seen> {
  return look(tab_id, async (shot) => {
    const whole = { x: 0, y: 0, width: shot.width, height: shot.height }
    const target = { tabId: tab_id }
    const [found] =
      frame_id === 0 ? await browser.scripting.executeScript({ target, func: findPictures, args: [src] }) : []
    const { places = [], own } = (found?.result ?? {}) as Partial<ReturnType<typeof findPictures>>
    const boxes = places.map(({ x, y, width, height }) => ({
      x: x * shot.width,
      y: y * shot.height,
      width: width * shot.width,
      height: height * shot.height,
    }))
    const codes = (boxes.length > 0 ? boxes : [whole]).flatMap((box) => decodeQr(pixelsOf(shot, box)))
    if (codes.length > 0 || !own) return [...new Set(codes)]
    const picture = await bitmapOf(own)
    return decodeQr(pixelsOf(picture, { x: 0, y: 0, width: picture.width, height: picture.height }))
  })
}

/**
 * Runs inside the tab's top document: where the picture of this address is drawn, in parts of the window's size, and what it
 * holds where the browser lets that be read.
 */
function findPictures(src: string) {
  const images = [...document.images].filter((image) => image.currentSrc === src || image.src === src)
  const places = images.map((image) => {
    const { x, y, width, height } = image.getBoundingClientRect()
    return { x: x / innerWidth, y: y / innerHeight, width: width / innerWidth, height: height / innerHeight }
  })
  let own = ''
  try {
    const [image] = images
    const canvas = document.createElement('canvas')
    canvas.width = image?.naturalWidth ?? 0
    canvas.height = image?.naturalHeight ?? 0
    if (image) canvas.getContext('2d')?.drawImage(image, 0, 0)
    own = canvas.toDataURL('image/png')
  } catch {
    // Another site's picture, which this page may show and not read.
  }
  return { places, own }
}

/** Takes a picture of what the tab shows, reads it, and makes sure that the page is still the one that was observed. */
async function look(tab_id: number, codesIn: (shot: ImageBitmap) => Promise<string[]>): Promise<Seen> {
  const observed = await observe(tab_id)
  const { active, windowId } = await browser.tabs.get(tab_id)
  if (!active || windowId === undefined) throw new Refusal({ code: 'tab_moved' })
  const shot = await browser.tabs.captureVisibleTab(windowId, { format: 'png' })
  const codes = await codesIn(await bitmapOf(shot))
  const still_active = (await browser.tabs.get(tab_id)).active
  if (!still_active || !(await isUnchanged(observed))) throw new Refusal({ code: 'tab_moved' })
  return { codes, observed }
}

/** Decoded by hand: the extension's policy lets nothing be fetched from a `data:` address. */
function bitmapOf(data_url: string): Promise<ImageBitmap> {
  const bytes = Uint8Array.from(atob(data_url.slice(data_url.indexOf(',') + 1)), (char) => char.charCodeAt(0))
  return createImageBitmap(new Blob([bytes], { type: 'image/png' }))
}

/** Part of a picture, on white and with a quiet zone around it, which a code needs and a picture may leave to its page. */
function pixelsOf(
  bitmap: ImageBitmap,
  { x, y, width, height }: Pick<DOMRect, 'x' | 'y' | 'width' | 'height'>,
): ImageData {
  const [wide, high] = [Math.max(1, Math.round(width)), Math.max(1, Math.round(height))]
  const canvas = new OffscreenCanvas(wide + 2 * QUIET, high + 2 * QUIET).getContext('2d')
  if (!canvas) throw new Error('no canvas')
  canvas.fillStyle = '#fff'
  canvas.fillRect(0, 0, canvas.canvas.width, canvas.canvas.height)
  canvas.drawImage(bitmap, x, y, width, height, QUIET, QUIET, wide, high)
  return canvas.getImageData(0, 0, canvas.canvas.width, canvas.canvas.height)
}
