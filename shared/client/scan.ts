/** Finds QR codes in a picture. The only importer of the decoder. What a text means is parseScanned's business. */
import { decodeQR, type FinderPoints } from 'qr/decode.js'

/** More codes than that on one screen are no help to anybody. */
const MOST_CODES = 8

/** Milliseconds for the harder tries on one code; a camera calls this for each frame. */
const TIME_LIMIT_MS = 60

/** The texts of all codes in the picture, each once; empty where there is none. The picture is not changed. */
export function decodeQr(image: ImageData): string[] {
  const data = new Uint8ClampedArray(image.data)
  const picture = { width: image.width, height: image.height, data }
  const texts = new Set<string>()
  for (let found = 0; found < MOST_CODES; found++) {
    let where: FinderPoints | undefined
    try {
      const pointsOnDetect = (points: FinderPoints) => {
        where = points
      }
      texts.add(decodeQR(picture, { format: 'RGBA', timeLimit: TIME_LIMIT_MS, pointsOnDetect }))
    } catch {
      // Nothing (more) to read: the decoder says so by throwing.
      break
    }
    if (where === undefined) break
    cover(picture, where.boundingBox)
  }
  return [...texts]
}

/** Paints over what was read, so that the next look finds the next code. */
function cover(picture: { width: number; height: number; data: Uint8ClampedArray }, box: FinderPoints['boundingBox']) {
  const left = Math.max(0, Math.floor(box.x))
  const right = Math.min(picture.width, Math.ceil(box.x + box.width))
  const bottom = Math.min(picture.height, Math.ceil(box.y + box.height))
  for (let y = Math.max(0, Math.floor(box.y)); y < bottom; y++) {
    picture.data.fill(255, 4 * (y * picture.width + left), 4 * (y * picture.width + right))
  }
}
