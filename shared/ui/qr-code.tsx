/**
 * Draws a QR code as one SVG path: always black on white with the quiet zone of four modules that ISO/IEC 18004 asks
 * for, whatever the theme, because cameras read nothing else well. The only importer of the encoder.
 */
import { useMemo } from 'preact/hooks'
import { create } from 'qrcode/lib/core/qrcode.js'
import { useText } from './text.ts'

const QUIET_ZONE = 4

/** Dark modules as horizontal runs, which makes the path short and leaves no hairlines between neighbours. */
function matrixPath(text: string): { size: number; path: string } {
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

export function QrCode({ link }: { link: string }) {
  const t = useText()
  const { size, path } = useMemo(() => matrixPath(link), [link])
  return (
    <svg
      class="nod-qr"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={t('qr_alt')}
      shape-rendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}
