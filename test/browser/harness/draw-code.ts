/** Paints a QR code over a page, whatever the page's own policy says of pictures: the page is not the one who does it. */
import type { Page } from 'puppeteer-core'
import QRCode from 'qrcode'

const QUIET_ZONE = 4
const MODULE_PIXELS = 8

export async function drawCode(page: Page, text: string): Promise<void> {
  const { size, data } = QRCode.create(text, { errorCorrectionLevel: 'M' }).modules
  const side = (size + 2 * QUIET_ZONE) * MODULE_PIXELS
  const dark = [...data].flatMap((bit, index) => (bit ? [index] : []))
  const paint = (dark: number[], size: number, quiet: number, scale: number, side: number): void => {
    const canvas = Object.assign(document.createElement('canvas'), { width: side, height: side })
    const pen = canvas.getContext('2d')!
    pen.fillStyle = 'white'
    pen.fillRect(0, 0, side, side)
    pen.fillStyle = 'black'
    for (const index of dark) {
      pen.fillRect(((index % size) + quiet) * scale, (Math.floor(index / size) + quiet) * scale, scale, scale)
    }
    document.body.replaceChildren(canvas)
  }
  await page.evaluate(paint, dark, size, QUIET_ZONE, MODULE_PIXELS, side)
}
