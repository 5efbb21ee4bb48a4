/** Reads the QR code out of what a page shows, as a phone's camera would: from its pixels. */
import type { Page } from 'puppeteer-core'
import { decodeQr } from '../../../shared/client/scan.ts'

/** The text of the one code in sight; throws when there is none, or more than one. */
export async function readCode(page: Page): Promise<string> {
  const png = await page.screenshot({ encoding: 'base64' })
  const blank = await page.browser().newPage()
  const { width, height, data } = await blank.evaluate(async (png) => {
    const bytes = Uint8Array.from(atob(png), (char) => char.charCodeAt(0))
    const bitmap = await createImageBitmap(new Blob([bytes]))
    const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!
    pen.drawImage(bitmap, 0, 0)
    const { width, height, data } = pen.getImageData(0, 0, bitmap.width, bitmap.height)
    let text = ''
    for (const byte of data) text += String.fromCharCode(byte)
    return { width, height, data: btoa(text) }
  }, png)
  await blank.close()
  const pixels = new Uint8ClampedArray(Buffer.from(data, 'base64'))
  const codes = decodeQr({ width, height, data: pixels, colorSpace: 'srgb' } as ImageData)
  if (codes.length !== 1) throw new Error(`${codes.length} codes in sight`)
  return codes[0]!
}
