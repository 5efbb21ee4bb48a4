/** The QR code of a link, for pages of our own and `<nod-login>`: computed where it is shown. */
import { useMemo } from 'preact/hooks'
import { drawingOf } from './qr-matrix.ts'
import { QrPicture } from './qr-picture.tsx'

export function QrCode({ link }: { link: string }) {
  const drawing = useMemo(() => drawingOf(link), [link])
  return <QrPicture {...drawing} />
}
