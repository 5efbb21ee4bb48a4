/**
 * Watching by WebSocket. A browser shows no pings to a page, so the gateway sends a small frame with each of them; a
 * socket that brings neither news nor beats is found out by its silence, and a plain read over HTTP says what is left.
 */
import * as v from 'valibot'
import { CLOSE } from '../../protocol/errors.ts'
import { GatewayError } from '../call.ts'
import { CHECK_MS, FIRST_VIEW_MS, SILENCE_MS } from '../patience.ts'
import { readNow } from './long-poll.ts'
import { type Ending, isNewer, type Run, type Source, type Transport, type Versioned } from './transport.ts'

const MOST_CHARACTERS = 64 * 1024

export const socket: Transport = (run) =>
  new Promise((resolve) => {
    const { source, signal } = run
    const ws = open(source.socket?.url)
    if (ws === null || source.socket === undefined) return resolve({ kind: 'unavailable' })
    const frames = source.socket
    let has_view = false
    let timer: ReturnType<typeof setTimeout>

    const end = (ending: Ending) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      stop_looking()
      ws.onopen = ws.onmessage = ws.onclose = null
      ws.close()
      resolve(ending)
    }
    const abort = () => end({ kind: 'over' })
    /** `doubtful`: it has been silent, and one that stays silent although the gateway is there is of no use. */
    const check = async (doubtful: boolean) => {
      const silent_since = timer
      const ending = await checkLine(run)
      if (ending) end(ending)
      else if (doubtful && timer === silent_since) end({ kind: 'unavailable' })
    }
    const stop_looking = run.life.onLook((why) => {
      if (why === 'moved') end({ kind: 'turn' })
      else if (has_view) void check(false)
    })

    ws.onopen = () => ws.send(JSON.stringify(frames.first_message))
    ws.onmessage = ({ data }) => {
      const frame = parseFrame(data, frames)
      if (frame === 'broken') return end({ kind: 'unavailable' })
      if (frame !== 'other') has_view = true
      if (has_view) {
        clearTimeout(timer)
        timer = setTimeout(check, SILENCE_MS, true)
      }
      if (frame === 'other') return
      run.onView(frame)
      if (source.isLast(frame)) end({ kind: 'over' })
    }
    ws.onclose = ({ code }) => end(endingOfClose(code, has_view))
    timer = setTimeout(() => end({ kind: 'unavailable' }), FIRST_VIEW_MS)
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
  })

/** Null where the browser refuses to even try: mixed content, a page's CSP. */
function open(url: string | undefined): WebSocket | null {
  try {
    return url === undefined ? null : new WebSocket(url)
  } catch {
    return null
  }
}

type Frames<V extends Versioned> = NonNullable<Source<V>['socket']>

/** A view; or `other`, a frame that is not of ours but a sign of life all the same, such as the beat. */
function parseFrame<V extends Versioned>(data: unknown, { type, schema }: Frames<V>): V | 'other' | 'broken' {
  if (typeof data !== 'string' || data.length > MOST_CHARACTERS) return 'broken'
  try {
    const frame: unknown = JSON.parse(data)
    const parsed = v.safeParse(schema, frame)
    if (parsed.success) return parsed.output
    const named = v.safeParse(v.object({ type: v.string() }), frame)
    return named.success && named.output.type !== type ? 'other' : 'broken'
  } catch {
    return 'broken'
  }
}

/** Null if the gateway answers and the socket has not missed anything. */
async function checkLine<V extends Versioned>(run: Run<V>): Promise<Ending | null> {
  const before = run.newest()
  try {
    const view = await readNow(run, CHECK_MS)
    if ((before !== null && !isNewer(view, before)) || run.newest() !== before) return null
    run.onView(view)
    return run.source.isLast(view) ? { kind: 'over' } : { kind: 'cut' }
  } catch {
    return { kind: 'cut', away: true }
  }
}

function endingOfClose(code: number, has_view: boolean): Ending {
  if (code === CLOSE.unauthorized) {
    const message = 'The credentials are missing or not valid here.'
    return { kind: 'refused', error: new GatewayError({ code: 'unauthorized', status: 401, message }) }
  }
  if (code === CLOSE.session_over && has_view) return { kind: 'over' }
  if (code === CLOSE.too_many) return { kind: 'taken' }
  const again = has_view || code === CLOSE.restarting
  return again ? { kind: 'cut' } : { kind: 'unavailable' }
}
