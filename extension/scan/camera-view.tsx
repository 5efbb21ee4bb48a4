/**
 * The camera's frame: live, or what is wrong with it and what to do. It is on only while somebody can see it, and goes on
 * by itself once a camera is connected or allowed. Knows codes as texts only.
 */
import { useEffect, useRef, useState } from 'preact/hooks'
import { useText } from '../../shared/ui/text.ts'
import type { Problem } from '../messages.ts'
import { problemText } from '../view/problem-text.ts'
import { Sign } from '../view/sign.tsx'
import { type Camera, cameraPermission, cameraProblem, listCameras, openCamera, watchCodes } from './camera.ts'
import { CameraChoice } from './camera-choice.tsx'

type State =
  | { kind: 'off' }
  /** `asks`: the browser has a question open for the person. */
  | { kind: 'opening'; asks: boolean }
  | { kind: 'live'; device_id: string; mirrored: boolean }
  | { kind: 'failed'; problem: Problem }

interface CameraViewProps {
  /** The camera that the person has chosen, if ever. */
  chosen: string | null
  /** false: only once the person turns it on. */
  at_once: boolean
  /** The last code was read a moment too late. */
  replaced: boolean
  onChoose(device_id: string): void
  onCodes(texts: string[]): Promise<void>
}

export function CameraView({ chosen, at_once, replaced, onChoose, onCodes }: CameraViewProps) {
  const t = useText()
  const video = useRef<HTMLVideoElement>(null)
  const visible = useVisible()
  const [on, setOn] = useState(at_once)
  const [state, setState] = useState<State>({ kind: 'off' })
  const [cameras, setCameras] = useState<Camera[]>([])
  const [attempt, setAttempt] = useState(0)
  const again = () => setAttempt((count) => count + 1)
  const handler = useRef(onCodes)
  handler.current = onCodes

  useEffect(() => {
    if (!on || !visible || !video.current) return setState({ kind: 'off' })
    const away = new AbortController()
    const tell = (next: State) => {
      if (!away.signal.aborted) setState(next)
    }
    void run(
      video.current,
      chosen,
      { tell, onCameras: setCameras, onCodes: (texts) => handler.current(texts) },
      away.signal,
    )
    return () => away.abort()
  }, [on, visible, chosen, attempt])

  const failed = state.kind === 'failed'
  useEffect(() => {
    const gone = new AbortController()
    const look = () => (failed ? again() : void listCameras().then(setCameras))
    navigator.mediaDevices.addEventListener('devicechange', look, { signal: gone.signal })
    if (failed)
      void cameraPermission().then((status) => status?.addEventListener('change', again, { signal: gone.signal }))
    return () => gone.abort()
  }, [failed])

  const live = state.kind === 'live'
  return (
    <section class="x-camera" aria-label={t('popup_scan_camera')}>
      <div class={live ? 'x-frame x-frame-live' : 'x-frame'}>
        <video
          ref={video}
          class={live && state.mirrored ? 'x-mirrored' : undefined}
          muted
          playsInline
          aria-label={t('scan_picture')}
        />
        {live ? (
          <span class="x-corners" />
        ) : (
          <div class="x-frame-empty">
            <Sign name="camera" />
            {state.kind === 'failed' && (
              <p class="x-frame-why" role="alert">
                {problemText(t, state.problem)}
              </p>
            )}
            {state.kind === 'failed' && (
              <button type="button" class="nod-button" onClick={again}>
                {t('try_again')}
              </button>
            )}
            {!on && (
              <button type="button" class="nod-button" onClick={() => setOn(true)}>
                {t('scan_camera_on')}
              </button>
            )}
          </div>
        )}
      </div>
      <p class="x-lead" role="status">
        {live && t(replaced ? 'scan_replaced' : 'scan_aim')}
        {state.kind === 'opening' && t(state.asks ? 'scan_allow' : 'scan_waiting')}
      </p>
      <p class="x-quiet">{t('scan_private')}</p>
      {live && cameras.length > 1 && <CameraChoice cameras={cameras} current={state.device_id} onChoose={onChoose} />}
    </section>
  )
}

interface Handlers {
  tell(state: State): void
  onCameras(cameras: Camera[]): void
  onCodes(texts: string[]): Promise<void>
}

/** Opens the camera and looks through it until the signal ends it. */
async function run(video: HTMLVideoElement, chosen: string | null, handlers: Handlers, signal: AbortSignal) {
  const { tell, onCameras, onCodes } = handlers
  tell({ kind: 'opening', asks: false })
  try {
    if ((await listCameras()).length === 0) return tell({ kind: 'failed', problem: { code: 'no_camera' } })
    const asks = (await cameraPermission())?.state === 'prompt'
    if (signal.aborted) return
    tell({ kind: 'opening', asks })
    const stream = await openCamera(chosen, signal)
    if (signal.aborted) return
    video.srcObject = stream
    await video.play()
    const track = stream.getVideoTracks()[0]
    track?.addEventListener('ended', () => tell({ kind: 'failed', problem: { code: 'camera_gone' } }), { signal })
    const { deviceId = '', facingMode } = track?.getSettings() ?? {}
    onCameras(await listCameras())
    // Who holds a code before their own face expects a mirror.
    tell({ kind: 'live', device_id: deviceId, mirrored: facingMode !== 'environment' })
    await watchCodes(video, onCodes, signal)
  } catch (error) {
    tell({ kind: 'failed', problem: cameraProblem(error) })
  }
}

/** Whether this tab is in front: a camera that films for nobody is off. */
function useVisible(): boolean {
  const [visible, setVisible] = useState(!document.hidden)
  useEffect(() => {
    const look = () => setVisible(!document.hidden)
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [])
  return visible
}
