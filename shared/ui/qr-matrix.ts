/**
 * A QR code as one path: the only importer of the encoder. That is the slow part of showing a code, and large, so a page that
 * is not ours is given the path and never this.
 */
import { create } from 'qrcode/lib/core/qrcode.js'

/** Modules on each side with the quiet zone, and the dark ones among them as an SVG path. */
export interface QrDrawing {
  size: number
  path: string
}

/** ISO/IEC 18004 asks for four modules around. */
const QUIET_ZONE = 4

/** Dark modules as horizontal runs, which makes the path short and leaves no hairlines between neighbours. */
export function drawingOf(text: string): QrDrawing {
  const { modules } = create(text, { errorCorrectionLevel: 'M' })
  const runs: string[] = []
  for (let row = 0; row < modules.size; row++) {
    for (let column = 0; column < modules.size; column++) {
      const start = column
      while (column < modules.size && modules.get(row, column)) column++
      if (column > start) runs.push(`M${start + QUIET_ZONE} ${row + QUIET_ZONE}h${column - start}v1h${start - column}z`)
    }
  }
  return { size: modules.size + 2 * QUIET_ZONE, path: runs.join('') }
}
