/**
 * What a browser's camera sees: a file with one picture in it, which Chromium plays over and over. The picture is taken
 * of a real page, with the QR code as it is drawn there.
 */
import { rename, writeFile } from 'node:fs/promises'
import type { Page } from 'puppeteer-core'
import { VIEWPORT } from './profile.ts'

/** Points the camera whose file this is (`….mjpeg`) at a page as it looks now. Taken up when a camera is next opened. */
export async function pointCamera(file: string, page: Page): Promise<void> {
  const picture = await page.screenshot({ type: 'jpeg', quality: 95, clip: { x: 0, y: 0, ...VIEWPORT } })
  await writeFile(`${file}.new`, picture)
  await rename(`${file}.new`, file)
}
