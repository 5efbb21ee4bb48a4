/**
 * Follows one session for a login page and says what to show: the current QR link, the number, the end. Holds the
 * page's secrets, so it runs where the page cannot look: hosted page or the extension's background. Draws nothing.
 */
import type { SessionCreated, SessionView } from '../protocol/session-messages.ts'
import { deriveTicket, qrLink, ticketSlot } from '../protocol/ticket.ts'
import type { GatewayError } from './call.ts'
import type { Liveness } from './follow.ts'
import { createServerClock, type ServerClock } from './server-clock.ts'
import { watchSession } from './watch.ts'

/** Times are this machine's epoch milliseconds. */
export type PanelStatus =
  | { kind: 'starting' }
  | {
      kind: 'scan'
      link: string
      user_code: string
      verification_uri: string
      period_ends_at: number
      ends_at: number
      offline: boolean
    }
  /** A device had scanned and let go: what it scanned is dead, and the next code comes at `again_at`; letters work. */
  | { kind: 'released'; user_code: string; verification_uri: string; again_at: number; offline: boolean }
  | { kind: 'claimed'; match_number?: string; ends_at: number; offline: boolean }
  | { kind: 'approved' }
  /** `redirect_to`: where the site learns of it, if the person wants to go back there. */
  | { kind: 'denied'; redirect_to?: string }
  | { kind: 'expired' }
  | { kind: 'canceled'; reason?: 'code_passed_on' }
  | { kind: 'failed'; code: string; description: string; hint?: string; retry: boolean }

export interface PageSessionHandlers {
  onStatus(status: PanelStatus): void
  /** Called once, when approved: where the page goes now. */
  onRedirect(url: string): void
}

/** Seconds past the known end after which a page that hears nothing stops showing its code. */
const SILENT_END_SECONDS = 3

export function followSession(
  issuer: string,
  created: SessionCreated,
  handlers: PageSessionHandlers,
  signal: AbortSignal,
): void {
  const clock = createServerClock(created.now)
  let view: View = created
  let offline = false
  /** Tickets of this slot and older ones died with a claim. */
  let dead_slot = -1
  let timer: ReturnType<typeof setTimeout> | undefined
  /** Each showing makes the one before it void, since deriving a ticket takes a moment. */
  let turn = 0

  const stop = new AbortController()
  const ended = AbortSignal.any([signal, stop.signal])
  ended.addEventListener('abort', () => clearTimeout(timer))

  async function show(): Promise<void> {
    const this_turn = ++turn
    clearTimeout(timer)
    const { status, wake_at } =
      view.state === 'pending'
        ? await pendingStatus({ issuer, created, clock, ends: view.expires_at, dead_slot, offline })
        : { status: settledStatus(view, clock, offline) }
    if (this_turn !== turn || ended.aborted) return
    if (wake_at !== undefined) timer = setTimeout(show, Math.max(0, (wake_at - clock.now()) * 1000) + 5)
    handlers.onStatus(status)
    if (view.state !== 'approved' || view.redirect_to === undefined) return
    stop.abort()
    handlers.onRedirect(view.redirect_to)
  }

  function take(next: SessionView): void {
    clock.correct(next.now)
    const claimed_unseen = next.state === 'pending' && next.version - view.version > 1
    if (next.state === 'claimed' || claimed_unseen) {
      dead_slot = ticketSlot(next.now, created.created_at, created.ticket_period)
    }
    view = next
    void show()
  }

  function refused(error: GatewayError): void {
    stop.abort()
    const over = clock.now() >= view.expires_at
    const { code, message: description } = error
    handlers.onStatus(over ? { kind: 'expired' } : { kind: 'failed', code, description, retry: true })
  }

  function heard(liveness: Liveness): void {
    const was_offline = offline
    if (liveness !== 'connecting') offline = liveness === 'offline'
    if (offline !== was_offline) void show()
  }

  void show()
  const watcher = { onView: take, onRefused: refused, onLiveness: heard }
  watchSession(issuer, created.session_id, created.poll_secret, watcher, ended)
}

type View = Pick<SessionView, 'state' | 'version' | 'expires_at' | 'match_number' | 'redirect_to' | 'reason'>

interface Pending {
  issuer: string
  created: SessionCreated
  clock: ServerClock
  /** Server time at which the session ends if nobody claims it. */
  ends: number
  dead_slot: number
  offline: boolean
}

/** The code of this moment, and the server time at which to look again. */
async function pendingStatus(pending: Pending): Promise<{ status: PanelStatus; wake_at?: number }> {
  const { created, clock, ends, offline } = pending
  const now = clock.now()
  const silent_end = ends + SILENT_END_SECONDS
  if (now >= silent_end) return { status: { kind: 'expired' } }
  const slot = ticketSlot(now, created.created_at, created.ticket_period)
  const slot_end = created.created_at + (slot + 1) * created.ticket_period
  const wake_at = Math.min(slot_end, silent_end)
  const { user_code, verification_uri } = created
  if (slot <= pending.dead_slot) {
    const again_at = clock.toLocal(wake_at)
    return { status: { kind: 'released', user_code, verification_uri, again_at, offline }, wake_at }
  }
  const ticket = await deriveTicket(created.ticket_key, created.session_id, slot)
  const status: PanelStatus = {
    kind: 'scan',
    link: qrLink(pending.issuer, created.session_id, ticket),
    user_code,
    verification_uri,
    period_ends_at: clock.toLocal(slot_end),
    ends_at: clock.toLocal(ends),
    offline,
  }
  return { status, wake_at }
}

function settledStatus(view: View, clock: ServerClock, offline: boolean): PanelStatus {
  const { state, match_number, redirect_to, reason } = view
  switch (state) {
    case 'claimed': {
      const ends_at = clock.toLocal(view.expires_at)
      return { kind: 'claimed', ...(match_number === undefined ? {} : { match_number }), ends_at, offline }
    }
    case 'denied':
      return { kind: 'denied', ...(redirect_to === undefined ? {} : { redirect_to }) }
    case 'approved':
    case 'redeemed':
      return { kind: 'approved' }
    case 'canceled':
      return { kind: 'canceled', ...(reason === undefined ? {} : { reason }) }
    default:
      return { kind: 'expired' }
  }
}

/** Tells the gateway that nobody waits any more, also while the page is going away. Best effort: it expires anyway. */
export function cancelSession(issuer: string, session_id: string, poll_secret: string): void {
  const url = `${issuer}/v1/sessions/${encodeURIComponent(session_id)}/cancel`
  const body = JSON.stringify({ poll_secret })
  // A beacon of Firefox names no origin where the page sends no referrer (Fetch, "append a request Origin header"), and is refused.
  if ('keepalive' in Request.prototype || !globalThis.navigator?.sendBeacon?.(url, body)) {
    fetch(url, { method: 'POST', body, keepalive: true, credentials: 'omit' }).catch(() => {})
  }
}
