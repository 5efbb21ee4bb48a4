/**
 * Watching by WebSocket. The gateway's pings are invisible here, so a line that died without a word is found by a plain
 * read over HTTP whenever the socket has been silent for a while.
 */
import * as v from 'valibot'
import { CLOSE } from '../../protocol/errors.ts'
import { GatewayError } from '../call.ts'
import { readNow } from './long-poll.ts'
import type { Ending, Run, Transport, Versioned } from './transport.ts'

const FIRST_VIEW_MS = 5000
const SILENCE_MS = 20_000
const CHECK_SECONDS = 5
const MOST_CHARACTERS = 64 * 1024

export const socket: Transport = (run) =>
  new Promise((resolve) => {
    const { source, signal } = run
    const ws = open(source.socket?.url)
    if (ws === null || source.socket === undefined) return resolve({ kind: 'unavailable' })
    const { first_message, schema } = source.socket
    let has_view = false
    let timer: ReturnType<typeof setTimeout>

    const end = (ending: Ending) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      ws.onopen = ws.onmessage = ws.onclose = null
      ws.close()
      resolve(ending)
    }
    const abort = () => end({ kind: 'over' })
    const check = async () => {
      const ending = await checkLine(run)
      if (ending) end(ending)
      else timer = setTimeout(check, SILENCE_MS)
    }

    ws.onopen = () => ws.send(JSON.stringify(first_message))
    ws.onmessage = ({ data }) => {
      const view = parseFrame(data, schema)
      if (view === null) return end({ kind: 'unavailable' })
      has_view = true
      clearTimeout(timer)
      timer = setTimeout(check, SILENCE_MS)
      run.onView(view)
      if (source.isLast(view)) end({ kind: 'over' })
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

function parseFrame<V>(data: unknown, schema: v.GenericSchema<unknown, V>): V | null {
  if (typeof data !== 'string' || data.length > MOST_CHARACTERS) return null
  try {
    const parsed = v.safeParse(schema, JSON.parse(data))
    return parsed.success ? parsed.output : null
  } catch {
    return null
  }
}

/** Null while the socket can be trusted: the gateway answers, and the socket has not missed anything. */
async function checkLine<V extends Versioned>(run: Run<V>): Promise<Ending | null> {
  const before = run.newest()
  try {
    const view = await readNow(run, CHECK_SECONDS)
    if (view.version === before?.version && view.epoch === before.epoch) return null
    if (run.newest() !== before) return null
    run.onView(view)
    return run.source.isLast(view) ? { kind: 'over' } : { kind: 'cut' }
  } catch {
    return { kind: 'cut' }
  }
}

function endingOfClose(code: number, has_view: boolean): Ending {
  if (code === CLOSE.unauthorized) {
    const message = 'The credentials are missing or not valid here.'
    return { kind: 'refused', error: new GatewayError({ code: 'unauthorized', status: 401, message }) }
  }
  if (code === CLOSE.session_over && has_view) return { kind: 'over' }
  // Opening another one would only close one of the others, which would come back in turn.
  if (code === CLOSE.too_many) return { kind: 'unavailable' }
  const again = has_view || code === CLOSE.restarting
  return again ? { kind: 'cut' } : { kind: 'unavailable' }
}
