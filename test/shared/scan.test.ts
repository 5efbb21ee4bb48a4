/** Reading codes out of a picture of a screen: what the encoder drew is what the decoder finds. */
import { create } from 'qrcode/lib/core/qrcode.js'
import { describe, expect, test } from 'vitest'
import { decodeQr } from '../../shared/client/scan.ts'

const link = (letter: string) => `https://nod.example/q#${letter.repeat(22)}.${letter.repeat(22)}`

interface Picture {
  width: number
  height: number
  data: Uint8ClampedArray
}

const blank = (width: number, height: number, grey = 255): Picture => {
  const data = new Uint8ClampedArray(4 * width * height).fill(grey)
  for (let alpha = 3; alpha < data.length; alpha += 4) data[alpha] = 255
  return { width, height, data }
}

/** Draws a code with its quiet zone; `module` is the size of one module in pixels. */
function draw(picture: Picture, text: string, left: number, top: number, module: number): Picture {
  const { modules } = create(text, { errorCorrectionLevel: 'M' })
  const size = (modules.size + 8) * module
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const row = Math.floor(y / module) - 4
      const column = Math.floor(x / module) - 4
      const inside = row >= 0 && column >= 0 && row < modules.size && column < modules.size
      const at = 4 * ((top + y) * picture.width + left + x)
      picture.data.fill(inside && modules.get(row, column) ? 0 : 255, at, at + 3)
    }
  }
  return picture
}

const decode = (picture: Picture) => decodeQr(picture as ImageData)

describe('a picture', () => {
  test('with one code gives its text', () => {
    expect(decode(draw(blank(1280, 800, 230), link('A'), 500, 200, 5))).toEqual([link('A')])
  })

  test('of a dark page with a small code gives its text', () => {
    expect(decode(draw(blank(1280, 800, 20), link('A'), 30, 40, 3))).toEqual([link('A')])
  })

  test('with two codes gives both, so that nobody guesses between them', () => {
    const picture = draw(draw(blank(1280, 800), link('A'), 60, 100, 5), link('B'), 800, 300, 4)
    expect(decode(picture).sort()).toEqual([link('A'), link('B')])
  })

  test('with the same code twice gives its text once', () => {
    expect(decode(draw(draw(blank(1280, 800), link('A'), 60, 100, 5), link('A'), 800, 300, 4))).toEqual([link('A')])
  })

  test('with none gives none', () => {
    expect(decode(blank(640, 480))).toEqual([])
    expect(decode(blank(1, 1))).toEqual([])
  })

  test('is left as it was', () => {
    const picture = draw(blank(640, 480), link('A'), 100, 100, 4)
    const before = picture.data.slice()
    decode(picture)
    expect(picture.data).toEqual(before)
  })
})
