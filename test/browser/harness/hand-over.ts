/** Drops or pastes something on a page of the extension: what a person's hand gives to it, made of real files and texts. */
import type { Page } from 'puppeteer-core'
import QRCode from 'qrcode'

export interface Given {
  /** Base64 of a picture. */
  picture?: string
  type?: string
  text?: string
}

/** A picture file that shows this text as a QR code, as base64. */
export const pictureOf = async (text: string): Promise<string> =>
  (await QRCode.toBuffer(text, { margin: 4, scale: 6 })).toString('base64')

/** The events are made in the page, since no protocol has a clipboard for both browsers; their data is real. */
export async function handOver(page: Page, by: 'drop' | 'paste', given: Given): Promise<void> {
  await page.evaluate(
    (by, { picture, type = 'image/png', text }) => {
      const data = new DataTransfer()
      if (picture !== undefined) {
        const bytes = Uint8Array.from(atob(picture), (char) => char.charCodeAt(0))
        data.items.add(new File([bytes], 'code', { type }))
      }
      if (text !== undefined) data.setData('text/plain', text)
      const how = { bubbles: true, cancelable: true }
      const event =
        by === 'drop'
          ? new DragEvent('drop', { ...how, dataTransfer: data })
          : // Firefox takes no clipboard for an event that is made by hand.
            Object.defineProperty(new ClipboardEvent('paste', how), 'clipboardData', { value: data })
      document.body.dispatchEvent(event)
    },
    by,
    given,
  )
}
