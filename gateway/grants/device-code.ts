/**
 * The device grant (RFC 8628 §3.4): a device asks for its tokens until a person has answered. Polls are held: one that
 * finds nothing waits, and answers the moment the decision falls, so a client that only polls gets the speed of a push.
 */
import type { Deps } from '../deps.ts'
import type { Params } from '../params.ts'
import { createPollPace } from '../poll-pace.ts'
import { hash } from '../secrets.ts'
import type { Sessions } from '../sessions.ts'
import type { ClientRow, SessionRow } from '../store/rows.ts'
import type { Tokens } from '../tokens.ts'
import { type Cursor, waitFor } from '../wait.ts'
import type { Grant, GrantContext, Granted } from './grant.ts'

/** Seconds after a redemption in which a device whose answer was lost may ask once more. */
const ASK_AGAIN = 30

/** Seconds between polls, as RFC 8628 §3.2 has it: its default, or next to nothing where the poll itself waits. */
const INTERVAL = { held: 1, plain: 5 } as const

/** What a device is told about polling, and for how long its poll is held. */
export function pollingOf(client: ClientRow, hold_seconds: number): { interval: number; hold: number } {
  const hold = client.hold_seconds ?? hold_seconds
  return { interval: hold > 0 ? INTERVAL.held : INTERVAL.plain, hold }
}

export const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'

const isOpen = ({ state }: SessionRow): boolean => state === 'pending' || state === 'claimed'

export function deviceCodeGrant(deps: Deps, sessions: Sessions, tokens: Tokens): Grant {
  const { config, clock, store, hub } = deps
  const pace = createPollPace(clock.millis)

  async function redeem(client: ClientRow, params: Params, context: GrantContext): Promise<Granted> {
    if (!client.device_grant) return { ok: false, reason: 'unauthorized_client' }
    const device_code = params.get('device_code')
    if (device_code === undefined)
      return { ok: false, reason: 'invalid_request', description: 'device_code is missing.' }
    const stored = await store.findSessionByDeviceCode(hash(device_code))
    if (!stored || stored.client_id !== client.client_id) return { ok: false, reason: 'invalid_grant' }

    // What there is to say is looked at before how fast it was asked for: an answer is never held back as too early.
    const found = await sessions.settle(stored)
    const { interval, hold } = pollingOf(client, config.hold_seconds)
    if (isOpen(found) && !pace.inTime(found.session_id, interval)) return { ok: false, reason: 'slow_down' }
    const session = isOpen(found) ? await held(found, Math.min(hold, context.wait ?? hold), context.onGone) : found
    if (isOpen(session)) {
      pace.answered(session.session_id)
      return { ok: false, reason: 'authorization_pending' }
    }
    pace.forget(session.session_id)
    return answered(session, client)
  }

  /** The session as soon as it is decided, or as it is when the hold is over. */
  async function held({ session_id }: SessionRow, wait: number, onGone: Cursor['onGone']): Promise<SessionRow> {
    const read = async () => {
      const session = await sessions.settle((await store.findSession(session_id))!)
      return { session, version: isOpen(session) ? 0 : 1, epoch: store.epoch }
    }
    const cursor = { after: 0, epoch: store.epoch, wait, slot: `poll:${session_id}`, places: 1, onGone }
    return (await waitFor(hub, `session:${session_id}`, read, cursor)).session
  }

  async function answered(session: SessionRow, client: ClientRow): Promise<Granted> {
    switch (session.state) {
      case 'approved':
        return exchange(session, client)
      case 'redeemed':
        return again(session, client)
      case 'denied':
        return { ok: false, reason: 'access_denied' }
      default:
        return { ok: false, reason: 'expired_token' }
    }
  }

  async function exchange(session: SessionRow, client: ClientRow): Promise<Granted> {
    const minted = await tokens.mint(session, client)
    if (!minted) return { ok: false, reason: 'invalid_grant' }
    const { sign_in, tokens: issued, answer } = minted
    const moved = await sessions.move(session, { type: 'redeem' }, () => ({
      change: { redeemed_at: sign_in.signed_in_at },
      audit: { type: 'redeemed', sub: sign_in.sub },
      tokens: issued,
      sign_in,
    }))
    return moved.ok ? { ok: true, answer } : answered(moved.session, client)
  }

  /** The last answer is the one that counts: what an earlier one brought is revoked with it. */
  async function again(session: SessionRow, client: ClientRow): Promise<Granted> {
    const now = clock.now()
    if (now - session.redeemed_at! > ASK_AGAIN) return { ok: false, reason: 'invalid_grant' }
    const minted = await tokens.mint(session, client)
    if (!minted) return { ok: false, reason: 'invalid_grant' }
    const { session_id, client_id, claim_sub } = session
    const audit = { at: now, type: 'redeemed_again', session_id, client_id, sub: claim_sub }
    const replaced = await store.replaceTokens(session_id, minted.tokens, now, audit)
    return replaced ? { ok: true, answer: minted.answer } : { ok: false, reason: 'invalid_grant' }
  }

  return { grant_type: DEVICE_CODE, redeem }
}
