/** Reads the codes out of picture files. They are decoded in this page and go nowhere; what a code means is decided elsewhere. */
import { decodeQr } from '../../shared/client/scan.ts'
import { parseScanned } from '../../shared/protocol/ticket.ts'
import { Refusal } from '../problem.ts'

/** Pixels of the longer side. A photo is read best when a code's squares are a few pixels wide, whatever its size is. */
const SIDES = [1600, 800, 3200]

/** A drawing has no size of its own that means anything. */
const DRAWING_SIDE = 1200

/** More than any camera makes; what claims to be larger is not decoded at all. */
const MOST_BYTES = 50 * 1024 * 1024

/** The texts of all codes in the pictures, each once. Throws a Refusal: `not_a_picture`. */
export async function readPictures(files: readonly Blob[]): Promise<string[]> {
  const texts = await Promise.all(files.map(readPicture))
  return [...new Set(texts.flat())]
}

async function readPicture(file: Blob): Promise<string[]> {
  const { source, width, height } = await open(file)
  let best: string[] = []
  for (const side of SIDES) {
    const scale = Math.min(1, side / Math.max(width, height))
    const texts = decodeQr(
      draw(source, Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))),
    )
    if (texts.some((text) => parseScanned(text) !== null)) return texts
    if (best.length === 0) best = texts
  }
  return best
}

interface Opened {
  source: CanvasImageSource
  width: number
  height: number
}

async function open(file: Blob): Promise<Opened> {
  if (file.size > MOST_BYTES) throw new Refusal({ code: 'not_a_picture' })
  try {
    if (file.type === 'image/svg+xml') return await openDrawing(file)
    const bitmap = await createImageBitmap(file)
    return { source: bitmap, width: bitmap.width, height: bitmap.height }
  } catch {
    throw new Refusal({ code: 'not_a_picture' })
  }
}

/** Browsers make no bitmap of an SVG. As an image it runs no script and loads nothing. */
async function openDrawing(file: Blob): Promise<Opened> {
  const image = new Image()
  image.src = `data:image/svg+xml,${encodeURIComponent(await file.text())}`
  await image.decode()
  const scale = DRAWING_SIDE / Math.max(image.naturalWidth, image.naturalHeight, 1)
  return { source: image, width: image.naturalWidth * scale, height: image.naturalHeight * scale }
}

/** On white: what is transparent in a picture of a code is its light side. */
function draw(source: CanvasImageSource, width: number, height: number): ImageData {
  const pen = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
  if (!pen) throw new Error('no canvas')
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, width, height)
  pen.drawImage(source, 0, 0, width, height)
  return pen.getImageData(0, 0, width, height)
}
