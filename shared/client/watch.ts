/**
 * Follows one versioned thing until it ends: WebSocket first, held requests where that does not work, one cursor for
 * both. Every connect yields the current view, so nothing is replayed and nothing is lost; a push is only a wake-up.
 */
import { ClaimsFrame, ClaimsView, LinkView, SessionFrame, SessionView } from '../protocol/messages.ts'
import { isOver } from '../protocol/session.ts'
import type { GatewayError } from './call.ts'
import { longPoll } from './transports/long-poll.ts'
import { socket } from './transports/socket.ts'
import type { Ending, Source, Transport, Versioned } from './transports/transport.ts'

export type Liveness = 'connecting' | 'live' | 'offline'

export interface WatchHandlers<V> {
  /** Each view that is newer than the one before, the first one included. */
  onView(view: V): void
  onLiveness?(liveness: Liveness): void
  /** The gateway will not show it (any more); the watch has ended. */
  onRefused(error: GatewayError): void
}

const RETRY_MS = { least: 500, most: 5000 }

/** A gateway may ask for more patience than that, but not for more than this. */
const LONGEST_RETRY_AFTER_SECONDS = 60

/** How long a socket that did not work is left alone while the long-poll does: longer than a session lives. */
const SOCKET_REST_MS = 300_000

export function watchSession(
  issuer: string,
  session_id: string,
  poll_secret: string,
  handlers: WatchHandlers<SessionView>,
  signal: AbortSignal,
): void {
  const url = `${issuer}/v1/sessions/${encodeURIComponent(session_id)}`
  const first_message = { type: 'watch', poll_secret }
  const source: Source<SessionView> = {
    url,
    schema: SessionView,
    bearer: poll_secret,
    socket: { url: socketUrl(`${url}/socket`), first_message, schema: SessionFrame },
    isLast: (view) => isOver(view.state),
  }
  void follow(source, handlers, signal)
}

/** `device_token` null: the cookie of the gateway's own pages speaks. */
export function watchClaims(
  issuer: string,
  device_token: string | null,
  handlers: WatchHandlers<ClaimsView>,
  signal: AbortSignal,
): void {
  const url = `${issuer}/v1/claims`
  const first_message = device_token === null ? { type: 'watch' } : { type: 'watch', device_token }
  const source: Source<ClaimsView> = {
    url,
    schema: ClaimsView,
    bearer: device_token,
    socket: { url: socketUrl(`${url}/socket`), first_message, schema: ClaimsFrame },
    isLast: () => false,
  }
  void follow(source, handlers, signal)
}

/** Long-poll only. */
export function watchLink(
  issuer: string,
  link_id: string,
  link_secret: string,
  handlers: WatchHandlers<LinkView>,
  signal: AbortSignal,
): void {
  const source: Source<LinkView> = {
    url: `${issuer}/v1/links/${encodeURIComponent(link_id)}`,
    schema: LinkView,
    bearer: link_secret,
    isLast: (view) => view.state !== 'pending',
  }
  void follow(source, handlers, signal)
}

const socketUrl = (url: string) => url.replace(/^http/, 'ws')

async function follow<V extends Versioned>(source: Source<V>, handlers: WatchHandlers<V>, signal: AbortSignal) {
  let newest: V | null = null
  let got_view = false
  let failures = 0
  let socket_rests_until = source.socket ? 0 : Number.POSITIVE_INFINITY

  const onView = (view: V) => {
    if (signal.aborted) return
    got_view = true
    failures = 0
    handlers.onLiveness?.('live')
    if (newest?.epoch === view.epoch && view.version <= newest.version) return
    newest = view
    handlers.onView(view)
  }

  handlers.onLiveness?.('connecting')
  while (!signal.aborted) {
    const transport: Transport = performance.now() < socket_rests_until ? longPoll : socket
    got_view = false
    const ending: Ending = await transport({ source, newest: () => newest, onView, until: socket_rests_until, signal })
    if (signal.aborted || ending.kind === 'over') return
    if (ending.kind === 'refused') return handlers.onRefused(ending.error)
    if (ending.kind === 'unavailable' || (transport === socket && !got_view)) {
      socket_rests_until = performance.now() + SOCKET_REST_MS
      continue
    }
    if (ending.kind === 'turn') continue
    // Neither way led anywhere: the gateway is away, and the socket is as good a first try as any once it is back.
    if (!got_view && source.socket) socket_rests_until = 0
    handlers.onLiveness?.(got_view ? 'connecting' : 'offline')
    await pause(retryMs(failures++, ending.retry_after), signal)
  }
}

/** Spread out, so that a gateway that comes back is not met by everybody at once. */
function retryMs(failures: number, retry_after: number | undefined): number {
  const most = Math.min(RETRY_MS.most, RETRY_MS.least * 2 ** (failures + 1))
  const jittered = RETRY_MS.least + Math.random() * (most - RETRY_MS.least)
  return Math.max(jittered, Math.min(retry_after ?? 0, LONGEST_RETRY_AFTER_SECONDS) * 1000)
}

/** Ends early when the watch is given up, and when the browser says that it is online again. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      globalThis.removeEventListener?.('online', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
    globalThis.addEventListener?.('online', done)
  })
}
