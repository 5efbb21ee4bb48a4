/** The camera's pictures, looked at for codes one after the other. They are decoded here and never leave this page. */
import { decodeQr } from '../../shared/client/scan.ts'
import { parseScanned } from '../../shared/protocol/ticket.ts'
import type { Problem } from '../messages.ts'

export interface CameraHandlers {
  onLive(): void
  /** Each code once, until another one was seen; the next picture is looked at when this is done. */
  onCode(text: string): Promise<void>
  onProblem(problem: Problem): void
}

/** Wide enough for a code across a desk, small enough to be read several times a second. */
const WANTED = { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: { ideal: 'environment' } }

/** Pixels; longer sides are scaled down to it before they are looked at. */
const LONGEST_SIDE = 960
const PAUSE_MS = 120

export async function watchCamera(
  video: HTMLVideoElement,
  handlers: CameraHandlers,
  signal: AbortSignal,
): Promise<void> {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: WANTED, audio: false })
    const stop = () => {
      for (const track of stream.getTracks()) track.stop()
    }
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop)
    stream.getVideoTracks()[0]?.addEventListener('ended', () => handlers.onProblem({ code: 'camera_busy' }))
    video.srcObject = stream
    await video.play()
  } catch (error) {
    if (!signal.aborted) handlers.onProblem(problemOf(error))
    return
  }
  handlers.onLive()
  const canvas = new OffscreenCanvas(1, 1)
  let last = ''
  while (!signal.aborted) {
    const codes = decodeQr(takePicture(video, canvas))
    const ours = codes.filter((code) => parseScanned(code) !== null)
    const text = ours[0] ?? codes[0]
    if (ours.length > 1) handlers.onProblem({ code: 'two_codes' })
    else if (text !== undefined && text !== last) {
      last = text
      await handlers.onCode(text)
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
}

function takePicture(video: HTMLVideoElement, canvas: OffscreenCanvas): ImageData {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(video.videoWidth, video.videoHeight))
  canvas.width = Math.max(1, Math.round(video.videoWidth * scale))
  canvas.height = Math.max(1, Math.round(video.videoHeight * scale))
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  if (!pen) throw new Error('no canvas')
  pen.drawImage(video, 0, 0, canvas.width, canvas.height)
  return pen.getImageData(0, 0, canvas.width, canvas.height)
}

/** https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia names the failures. */
function problemOf(error: unknown): Problem {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return { code: 'camera_refused' }
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return { code: 'no_camera' }
  return { code: 'camera_busy' }
}
