/**
 * Cameras: which there are, opening one, and looking at its pictures for codes, one after the other. Pictures are decoded
 * here and never leave this page.
 */
import { decodeQr } from '../../shared/client/scan.ts'
import type { Problem } from '../messages.ts'

export interface Camera {
  device_id: string
  /** As the system calls it; empty until the person has allowed a camera. */
  name: string
}

/** Wide enough for a code across a desk, small enough to be read several times a second; a phone's back, not its face. */
const WANTED = { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: { ideal: 'environment' } }

/** Pixels; longer sides are scaled down to it before they are looked at. */
const LONGEST_SIDE = 960
const PAUSE_MS = 120

/** Asks the person nothing. */
export async function listCameras(): Promise<Camera[]> {
  const devices = await navigator.mediaDevices.enumerateDevices()
  return devices
    .filter(({ kind }) => kind === 'videoinput')
    .map(({ deviceId, label }) => ({ device_id: deviceId, name: label }))
}

/** The permission as it stands, to be followed by its `change` event; null where the browser does not tell. */
export const cameraPermission = (): Promise<PermissionStatus | null> =>
  navigator.permissions.query({ name: 'camera' as PermissionName }).catch(() => null)

/** Opens a camera, the wanted one if it is there; the browser may ask the person. Rejects as `getUserMedia` does. */
export async function openCamera(device_id: string | null, signal: AbortSignal): Promise<MediaStream> {
  const stream = await (device_id === null ? open(WANTED) : openThis(device_id))
  const stop = () => {
    for (const track of stream.getTracks()) track.stop()
  }
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop)
  return stream
}

const open = (video: MediaTrackConstraints) => navigator.mediaDevices.getUserMedia({ video, audio: false })

/** The chosen one may be at home today. */
async function openThis(device_id: string): Promise<MediaStream> {
  const { width, height } = WANTED
  return open({ width, height, deviceId: { exact: device_id } }).catch((error) => {
    if (cameraProblem(error).code === 'no_camera') return open(WANTED)
    throw error
  })
}

/** Tells each set of codes once, until another one was seen; the next picture is looked at when that is done. */
export async function watchCodes(
  video: HTMLVideoElement,
  onCodes: (texts: string[]) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const canvas = new OffscreenCanvas(1, 1)
  let last = ''
  while (!signal.aborted) {
    const texts = decodeQr(takePicture(video, canvas))
    const seen = texts.toSorted().join('\n')
    if (seen !== '' && seen !== last) {
      last = seen
      await onCodes(texts)
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
export function cameraProblem(error: unknown): Problem {
  const { name, message } = error instanceof Error ? error : new Error()
  if (name === 'NotAllowedError' || name === 'SecurityError') {
    // Chrome tells the system's refusal from the person's by these words alone.
    return { code: /by system/i.test(message) ? 'camera_refused_by_system' : 'camera_refused' }
  }
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return { code: 'no_camera' }
  return { code: 'camera_busy' }
}
