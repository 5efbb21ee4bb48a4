/** What a device that approves follows: its account's claims, and, before it has an account, its own link. */
import { ClaimsFrame, ClaimsView, LinkView } from '../protocol/messages.ts'
import { follow, type WatchHandlers } from './follow.ts'
import type { Source } from './transports/transport.ts'
import { socketUrl } from './watch.ts'

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
