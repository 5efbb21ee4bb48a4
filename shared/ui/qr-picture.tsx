/** A drawn QR code: always black on white, whatever the theme, because cameras read nothing else well. */
import type { QrDrawing } from './qr-matrix.ts'
import { useText } from './text.ts'

export function QrPicture({ size, path }: QrDrawing) {
  const t = useText()
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
