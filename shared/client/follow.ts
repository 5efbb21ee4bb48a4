/**
 * The loop behind every watch: which way to wait, for how long after what, and what to say of it. README.md has it as
 * tables. It knows one cursor, so a change of ways loses and repeats nothing.
 */
import type { GatewayError } from './call.ts'
import { type PageLife, pageLife } from './page-life.ts'
import { HOLD_MS, LONGEST_RETRY_AFTER_MS, RETRY_MS, SOCKET_REST_MS } from './patience.ts'
import { createRest, type Rest } from './socket-rest.ts'
import { longPoll } from './transports/long-poll.ts'
import { socket } from './transports/socket.ts'
import { type Ending, isNewer, type Run, type Source, type Versioned } from './transports/transport.ts'

export type Liveness = 'connecting' | 'live' | 'offline'

export interface WatchHandlers<V> {
  /** Each view that is newer than the one before, the first one included. */
  onView(view: V): void
  onLiveness?(liveness: Liveness): void
  /** The gateway will not show it (any more); the watch has ended. */
  onRefused(error: GatewayError): void
}

export async function follow<V extends Versioned>(
  source: Source<V>,
  handlers: WatchHandlers<V>,
  signal: AbortSignal,
): Promise<void> {
  const life = pageLife(signal)
  const rest = createRest(source.socket !== undefined)
  const hold = { ms: HOLD_MS.most }
  let newest: V | null = null
  let got_view = false
  let failures = 0

  const onView = (view: V) => {
    if (signal.aborted) return
    got_view = true
    failures = 0
    handlers.onLiveness?.('live')
    if (newest !== null && !isNewer(view, newest)) return
    newest = view
    handlers.onView(view)
  }
  life.onLook((why) => {
    if (why === 'moved') rest.end()
  })

  handlers.onLiveness?.('connecting')
  while (!signal.aborted) {
    await life.back()
    got_view = false
    const running = AbortSignal.any([signal, life.running()])
    const run: Run<V> = { source, newest: () => newest, onView, life, hold, signal: running }
    const ending = rest.over() ? await bySocket(run, rest) : await byRequests(run, rest)
    if (signal.aborted) return
    if (running.aborted) continue
    if (ending.kind === 'over') return
    if (ending.kind === 'refused') return handlers.onRefused(ending.error)
    if (ending.kind !== 'cut') continue
    if (!got_view) {
      // Neither way led anywhere: the gateway is away, and the first way is as good a try as any once it is back.
      rest.end()
      hold.ms = HOLD_MS.most
    }
    handlers.onLiveness?.(got_view && !ending.away ? 'connecting' : 'offline')
    await pause(retryMs(failures++, ending.retry_after), running, life)
  }
}

/** One socket, for as long as it works. */
async function bySocket<V extends Versioned>(run: Run<V>, rest: Rest, onFirstView = () => {}): Promise<Ending> {
  const opened_at = performance.now()
  const onView = (view: V) => {
    onFirstView()
    run.onView(view)
  }
  const ending = await socket({ ...run, onView })
  if (run.signal.aborted) return ending
  if (ending.kind === 'cut') rest.afterCut(performance.now() - opened_at)
  if (ending.kind === 'taken') rest.begin(SOCKET_REST_MS.most)
  if (ending.kind === 'unavailable') rest.begin()
  return ending
}

/** Held requests, and beside them, once its rest is over, a socket, which takes over with its first view. */
async function byRequests<V extends Versioned>(run: Run<V>, rest: Rest): Promise<Ending> {
  const [taken_over, ended] = [new AbortController(), new AbortController()]
  const with_socket = { ...run, signal: AbortSignal.any([run.signal, ended.signal]) }
  const trying = trySocket(with_socket, rest, taken_over)
  const ending = await longPoll({ ...run, signal: AbortSignal.any([run.signal, taken_over.signal]) })
  if (taken_over.signal.aborted) return trying
  ended.abort()
  return ending
}

async function trySocket<V extends Versioned>(run: Run<V>, rest: Rest, works: AbortController): Promise<Ending> {
  for (;;) {
    await pause(rest.left(), run.signal)
    if (run.signal.aborted) return { kind: 'over' }
    const ending = await bySocket(run, rest, () => works.abort())
    if (works.signal.aborted || run.signal.aborted) return ending
    // Held requests hear the same, and say so.
    if (ending.kind === 'refused') return ending
  }
}

/** Spread out, so that a gateway that comes back is not met by everybody at once. */
function retryMs(failures: number, retry_after = 0): number {
  const most = Math.min(RETRY_MS.most, RETRY_MS.least * 2 ** (failures + 1))
  const jittered = RETRY_MS.least + Math.random() * (most - RETRY_MS.least)
  return Math.max(jittered, Math.min(retry_after * 1000, LONGEST_RETRY_AFTER_MS))
}

/** Ends early when the signal aborts, and when there is a reason to look. */
function pause(ms: number, signal: AbortSignal, life?: PageLife): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      stop_looking?.()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = Number.isFinite(ms) ? setTimeout(done, ms) : undefined
    const stop_looking = life?.onLook(done)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })
}
