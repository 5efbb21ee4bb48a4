/**
 * Follows one versioned thing until it ends: WebSocket first, held requests where that does not work, one cursor for
 * both. Every connect yields the current view, so nothing is replayed and nothing is lost; a push is only a wake-up.
 */
import { ClaimsFrame, ClaimsView, LinkView, SessionFrame, SessionView } from '../protocol/messages.ts'
import { isOver } from '../protocol/session.ts'
import { follow, type WatchHandlers } from './follow.ts'
import type { Source } from './transports/transport.ts'

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
    socket: { url: socketUrl(`${url}/socket`), first_message, type: 'session', schema: SessionFrame },
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
    socket: { url: socketUrl(`${url}/socket`), first_message, type: 'claims', schema: ClaimsFrame },
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

export const socketUrl = (url: string) => url.replace(/^http/, 'ws')
