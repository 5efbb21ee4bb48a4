/**
 * Follows one versioned thing, here a login page's session, until it ends: WebSocket first, held requests where that does
 * not work, one cursor for both. Every connect yields the current view, so nothing is replayed and nothing is lost; a push
 * is only a wake-up.
 */
import { isOver } from '../protocol/session.ts'
import { SessionFrame, SessionView } from '../protocol/session-messages.ts'
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

export const socketUrl = (url: string) => url.replace(/^http/, 'ws')
