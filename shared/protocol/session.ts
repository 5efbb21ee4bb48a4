/**
 * The life of one sign-in attempt: which moves exist, and what each does to the session. Pure: no I/O, no clock,
 * no randomness, no imports. Who wins when two moves race is not decided here but by the store, which applies a move
 * only if the session is still the one it was computed from.
 */

export type State = 'pending' | 'claimed' | 'approved' | 'redeemed' | 'denied' | 'expired' | 'canceled'

/** The part of a session that the moves read and write. All times are epoch seconds. */
export interface Session {
  readonly state: State
  /** Grows by one with each change that an observer must see; never goes back. */
  readonly version: number
  readonly created_at: number
  /** The end set at creation; leases can push `expires_at` past it, but never by more than two of them. */
  readonly first_expires_at: number
  readonly expires_at: number
  /** Every ticket of this slot or an older one is dead; -1 while none is. */
  readonly dead_slot: number
  readonly claim_id: string | null
  readonly claim_sub: string | null
  readonly lease_ends_at: number | null
  /** When the page was first given its code; from then on `expires_at` is the code's end. */
  readonly delivered_at: number | null
  /** Why it was canceled, where that was not by the page or the person. */
  readonly end_reason: 'code_passed_on' | null
}

/** Seconds; the operator's settings of the same names. */
export interface Durations {
  readonly claim_seconds: number
  readonly code_seconds: number
}

export type Event =
  | { type: 'claim'; claim_id: string; sub: string; slot: number }
  | { type: 'release'; claim_id: string }
  | { type: 'approve'; claim_id: string; delivered: boolean }
  | { type: 'deny'; claim_id: string }
  | { type: 'deliver' }
  | { type: 'redeem' }
  | { type: 'cancel' }
  /** The code has turned up with too many: nobody shall approve it any more. */
  | { type: 'passed_on' }
  /** The person takes an approval back that nobody has collected yet. */
  | { type: 'revoke' }
  /** Time has passed: ends what is over, frees a claim whose lease ran out. Nothing due is a refusal. */
  | { type: 'tick' }

/** Why a move was refused. `session_over` carries nothing more: the state says how it ended. */
export type Refusal =
  | 'session_over'
  | 'session_claimed'
  | 'claim_not_found'
  | 'already_decided'
  | 'not_approved'
  | 'not_due'

/** The fields a move changes, ready to be written with the store's compare-and-set. */
export type Change = Partial<{ -readonly [K in keyof Session]: Session[K] }>

export type Transition = { ok: true; change: Change } | { ok: false; reason: Refusal }

const ENDED: ReadonlySet<State> = new Set(['redeemed', 'denied', 'expired', 'canceled'])

/** Whether no move leads out of this state any more. */
export const isOver = (state: State): boolean => ENDED.has(state)

const no = (reason: Refusal): Transition => ({ ok: false, reason })

/** Moves that need no claim to be held. */
const WITHOUT_CLAIM: ReadonlySet<Event['type']> = new Set(['claim', 'cancel', 'passed_on'])

const UNCLAIMED = { claim_id: null, claim_sub: null, lease_ends_at: null } as const

/** What `event` does to `session` at `now` (epoch seconds), or why it may not. */
export function transition(session: Session, event: Event, now: number, durations: Durations): Transition {
  const { state } = session
  const to = (next: State, more: Change = {}): Transition => ({
    ok: true,
    change: { ...more, state: next, version: session.version + 1 },
  })
  const decided = (): Transition => no(state === 'approved' || isOver(state) ? 'already_decided' : 'claim_not_found')
  const timeIsUp = now >= session.expires_at && !isOver(state)

  if (event.type === 'tick') {
    if (timeIsUp) return to('expired')
    if (state === 'claimed' && session.lease_ends_at !== null && now >= session.lease_ends_at)
      return to('pending', UNCLAIMED)
    return no('not_due')
  }
  if (timeIsUp) return no('session_over')
  const lapsed = state === 'claimed' && session.lease_ends_at !== null && now >= session.lease_ends_at
  if (lapsed && !WITHOUT_CLAIM.has(event.type)) return no('claim_not_found')

  switch (event.type) {
    case 'claim': {
      if (state === 'claimed') return no('session_claimed')
      if (state !== 'pending') return no('session_over')
      const last_end = session.first_expires_at + 2 * durations.claim_seconds
      const lease_ends_at = Math.min(now + durations.claim_seconds, last_end)
      return to('claimed', {
        claim_id: event.claim_id,
        claim_sub: event.sub,
        lease_ends_at,
        expires_at: Math.max(session.expires_at, lease_ends_at),
        dead_slot: Math.max(session.dead_slot, event.slot),
      })
    }
    case 'release':
      if (state !== 'claimed' || session.claim_id !== event.claim_id) return decided()
      return to('pending', UNCLAIMED)
    case 'approve': {
      if (state !== 'claimed' || session.claim_id !== event.claim_id) return decided()
      const collected_by = now + durations.code_seconds
      return event.delivered
        ? to('approved', { delivered_at: now, expires_at: collected_by })
        : to('approved', { expires_at: Math.max(session.expires_at, collected_by) })
    }
    case 'deny':
      if (state !== 'claimed' || session.claim_id !== event.claim_id) return decided()
      return to('denied')
    case 'deliver':
      // Not a change of state, so the version stays: nobody who waits has anything new to see.
      if (state !== 'approved') return no('not_approved')
      if (session.delivered_at !== null) return no('not_due')
      return { ok: true, change: { delivered_at: now, expires_at: now + durations.code_seconds } }
    case 'redeem':
      return state === 'approved' ? to('redeemed') : no('not_approved')
    case 'cancel':
      if (state === 'pending' || state === 'claimed') return to('canceled')
      return no(state === 'approved' ? 'already_decided' : 'session_over')
    case 'passed_on':
      if (state === 'pending' || state === 'claimed') return to('canceled', { end_reason: 'code_passed_on' })
      return no('session_over')
    case 'revoke':
      return state === 'approved' ? to('canceled') : no(isOver(state) ? 'session_over' : 'not_approved')
  }
}
