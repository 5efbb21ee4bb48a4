/** Reads the QR code out of what a page shows, as a phone's camera would: from its pixels. */
import { PNG } from 'pngjs'
import type { Page } from 'puppeteer-core'
import { decodeQr } from '../../../shared/client/scan.ts'

/** The text of the one code in sight; throws when there is none, or more than one. */
export async function readCode(page: Page): Promise<string> {
  const { width, height, data } = PNG.sync.read(Buffer.from(await page.screenshot()))
  const pixels = new Uint8ClampedArray(data)
  const codes = decodeQr({ width, height, data: pixels, colorSpace: 'srgb' } as ImageData)
  if (codes.length !== 1) throw new Error(`${codes.length} codes in sight`)
  return codes[0]!
}
