/**
 * Sessions as their page sees them: made, watched, canceled, and ended by time. Each change is a transition, then the
 * store's compare-and-set, then a wake-up. Knows no HTTP; the approver's side is claims.ts.
 */

import { type Change, type Event, isOver, type Refusal, transition } from '../shared/protocol/session.ts'
import type { SessionCreated, SessionView } from '../shared/protocol/session-messages.ts'
import { formatUserCode } from '../shared/protocol/ticket.ts'
import type { Deps } from './deps.ts'
import { NodError } from './error.ts'
import { authorizationResponse } from './redirect-uris.ts'
import { hash, randomId, randomSecret, randomUserCode, sameHash } from './secrets.ts'
import type { AuditEntry, Authorization, ClientRow, PageInfo, SessionRow, SignInRow, TokenRow } from './store/rows.ts'

export interface NewSession {
  kind: 'code' | 'device'
  client: ClientRow
  authorization: Authorization
  page: PageInfo & { origin: string | null }
}

/** What goes with a move into the same transaction. */
export interface MoveExtras {
  change?: Change & Partial<SessionRow>
  audit?: Omit<AuditEntry, 'at' | 'session_id' | 'client_id'>
  tokens?: TokenRow[]
  sign_in?: SignInRow
  by_device?: string
  passkey?: { passkey_id: string; sign_count: number }
}

export type Moved = { ok: true; session: SessionRow } | { ok: false; reason: Refusal; session: SessionRow }

export type Sessions = ReturnType<typeof createSessions>

/** Tries at a typed code that nobody else has right now. */
const CODE_ATTEMPTS = 3

/** Sessions the sweep ends in one go; the rest waits for its next turn. */
const SWEEP_SIZE = 500

export function createSessions(deps: Deps) {
  const { config, clock, store, hub, presence, derive, metrics } = deps
  const unknown_poll_hash = hash(randomSecret())

  /** A typed code is short: one that is taken already is made anew. */
  async function create(asked: NewSession) {
    for (let attempt = 1; ; attempt++) {
      try {
        return await insert(asked)
      } catch (error) {
        if (attempt === CODE_ATTEMPTS || !/UNIQUE/.test(String(error))) throw error
      }
    }
  }

  async function insert({ kind, client, authorization, page }: NewSession) {
    const now = clock.now()
    const session_id = randomId()
    const poll_secret = randomSecret()
    const user_code = randomUserCode()
    const device_code = kind === 'device' ? randomSecret() : null
    const expires_at = now + (kind === 'device' ? config.device_seconds : config.session_seconds)
    const session = {
      session_id,
      kind,
      state: 'pending',
      version: 1,
      client_id: client.client_id,
      created_at: now,
      first_expires_at: expires_at,
      expires_at,
      poll_hash: hash(poll_secret),
      user_code_hash: derive('user_code', user_code),
      device_code_hash: device_code && hash(device_code),
      authorization,
      page,
      dead_slot: -1,
      code_failures: 0,
    } as SessionRow
    await store.insertSession(session)
    metrics.reached('pending')
    const created: SessionCreated = {
      session_id,
      poll_secret,
      ticket_key: derive('ticket', session_id),
      ticket_period: config.ticket_seconds,
      user_code: formatUserCode(user_code),
      verification_uri: `${config.issuer}/code`,
      client: { client_id: client.client_id, name: client.name, origin: client.origins[0] ?? null },
      epoch: store.epoch,
      version: 1,
      state: 'pending',
      now,
      created_at: now,
      expires_at,
      ...(client.initiator === 'extension' && { vouch: true }),
    }
    return { created, device_code }
  }

  /**
   * Applies an event, and again when somebody else moved the session meanwhile; what time has ended is ended first.
   * `extras` is asked anew for each try, with the session as it then is.
   */
  async function move(
    session: SessionRow,
    event: Event,
    extras: (session: SessionRow) => MoveExtras = () => ({}),
  ): Promise<Moved> {
    for (let current = await settle(session); ; current = await settle(await reread(current))) {
      const now = clock.now()
      const next = transition(current, event, now, config)
      if (!next.ok) return { ok: false, reason: next.reason, session: current }
      const { change, audit, ...rest } = extras(current)
      const moved = await store.moveSession({
        session_id: current.session_id,
        from: { state: current.state, version: current.version },
        now,
        change: { ...next.change, ...change },
        ...(audit && { audit: { ...audit, at: now, session_id: current.session_id, client_id: current.client_id } }),
        ...rest,
      })
      if (moved) {
        if (next.change.state) announce(moved)
        return { ok: true, session: moved }
      }
      if (rest.by_device !== undefined && !(await store.findDevice(rest.by_device))) {
        return { ok: false, reason: 'claim_not_found', session: current }
      }
      if (rest.passkey && !(await store.canUsePasskey(rest.passkey.passkey_id, rest.passkey.sign_count))) {
        return { ok: false, reason: 'claim_not_found', session: await reread(current) }
      }
    }
  }

  /** Ends it, or frees its claim, when its time has come; else gives it back as it is. */
  async function settle(session: SessionRow): Promise<SessionRow> {
    for (let current = session; ; current = await reread(current)) {
      const now = clock.now()
      const next = transition(current, { type: 'tick' }, now, config)
      if (!next.ok) return current
      const { session_id, client_id, state, version, claim_sub } = current
      const moved = await store.moveSession({
        session_id,
        from: { state, version },
        now,
        change: next.change,
        audit: {
          type: next.change.state === 'expired' ? 'expired' : 'claim_lapsed',
          at: now,
          session_id,
          client_id,
          sub: claim_sub,
        },
      })
      if (!moved) continue
      announce(moved)
      return moved
    }
  }

  async function reread(session: SessionRow): Promise<SessionRow> {
    const found = await store.findSession(session.session_id)
    if (!found) throw new NodError('session_not_found')
    return found
  }

  function announce({ session_id, state }: SessionRow): void {
    metrics.reached(state)
    hub.wake(`session:${session_id}`)
    if (state !== 'claimed') presence.forget(session_id)
  }

  /** The session, if `poll_secret` is its own; else null. An unknown id costs as much as a wrong secret. */
  async function ofPage(session_id: string, poll_secret: string): Promise<SessionRow | null> {
    const session = await store.findSession(session_id)
    const matches = sameHash(hash(poll_secret), session?.poll_hash ?? unknown_poll_hash)
    return session && matches ? session : null
  }

  /** What the page may see now. The first sight of an approval starts the code's life, and is stored before it is told. */
  async function view(session_id: string): Promise<SessionView> {
    const found = await store.findSession(session_id)
    if (!found) throw new NodError('session_not_found')
    let session = await settle(found)
    if (session.state === 'approved' && session.kind === 'code' && session.delivered_at === null) {
      const delivered = await move(session, { type: 'deliver' })
      session = delivered.session
    }
    const redirect_to = redirectTo(session)
    return {
      session_id,
      epoch: store.epoch,
      version: session.version,
      state: session.state,
      now: clock.now(),
      expires_at: session.expires_at,
      ...(session.state === 'claimed' && session.match_number !== null && { match_number: session.match_number }),
      ...(redirect_to && { redirect_to }),
      ...(session.end_reason !== null && { reason: session.end_reason }),
    }
  }

  function redirectTo(session: SessionRow): string | null {
    const { redirect_uri, state } = session.authorization
    if (redirect_uri === null) return null
    const common = { ...(state !== undefined && { state }), iss: config.issuer }
    if (session.state === 'approved') return authorizationResponse(redirect_uri, { code: codeOf(session), ...common })
    if (session.state !== 'denied') return null
    return authorizationResponse(redirect_uri, { error: 'access_denied', ...common })
  }

  /** The authorization code: derived, so that it can be given again after a crash without being stored. */
  const codeOf = (session: SessionRow): string => derive('code', `${session.session_id}.${session.claim_id}`)

  async function cancel(session: SessionRow): Promise<Moved> {
    const canceled = await move(session, { type: 'cancel' }, ({ claim_sub }) => ({
      audit: { type: 'canceled', sub: claim_sub },
    }))
    if (!canceled.ok && canceled.session.state === 'canceled') return { ok: true, session: canceled.session }
    return canceled
  }

  /** Ends what time has ended, so that who waits is told. Returns how many moved. */
  async function sweep(): Promise<number> {
    const due = await store.dueSessions(clock.now(), SWEEP_SIZE)
    await Promise.all(
      due.map(async (session_id) => {
        const session = await store.findSession(session_id)
        if (session) await settle(session)
      }),
    )
    return due.length
  }

  return {
    create,
    move,
    settle,
    ofPage,
    view,
    codeOf,
    cancel,
    sweep,
    isOver: (session: SessionRow) => isOver(session.state),
  }
}
