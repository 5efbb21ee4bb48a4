/**
 * Decisions: the signed yes or no to a claim. Only what is signed counts, the first one wins, and the same bytes sent
 * again get the same answer. Knows no HTTP.
 */
import * as v from 'valibot'
import { DECISION_TYP, DecisionPayload, passkeyChallenge, SIGNED_SECONDS } from '../shared/protocol/decision.ts'
import type { ErrorCode } from '../shared/protocol/errors.ts'
import type { DecisionAnswer, DecisionRequest } from '../shared/protocol/messages.ts'
import type { Assertion } from '../shared/protocol/passkey.ts'
import type { Claims } from './claims.ts'
import type { Deps } from './deps.ts'
import { verifyDeviceJws } from './jws.ts'
import type { Policies } from './policies.ts'
import { hash, sameHash } from './secrets.ts'
import type { Sessions } from './sessions.ts'
import type { DeviceRow, SessionRow } from './store/rows.ts'
import { checkAssertion } from './webauthn.ts'

type DecisionResult =
  | { ok: true; answer: DecisionAnswer }
  | { ok: false; reason: ErrorCode; members?: Record<string, string | number> }

/** The passkey that confirmed an approval, with the counter to keep. */
interface Confirmed {
  passkey_id: string
  sign_count: number
}

interface Settling {
  decision_hash: string
  approved: boolean
  wrong_number: boolean
  report: boolean
  passkey: Confirmed | null
}

/** Seconds a decision may be under way, or a clock be off; the challenge is what makes it fresh. */
const LEEWAY = 10

export type Decisions = ReturnType<typeof createDecisions>

export function createDecisions(deps: Deps, sessions: Sessions, claims: Claims, policies: Policies) {
  const { config, clock, store, hub, limits } = deps

  /** `device` is who sends it, from `address`, and must be who signed it. */
  async function decide(
    { device, address }: { device: DeviceRow; address: string },
    claim_id: string,
    { decision: jws = '', report = false, passkey }: DecisionRequest,
  ): Promise<DecisionResult> {
    await limits.take('decide_by_account', device.sub)
    const stored = await store.findSessionByClaim(claim_id)
    if (!stored || stored.claim_sub !== device.sub) return refuse(device, stored, 'claim_not_found')
    const decision_hash = hash(jws)
    const repeated = sameDecision(stored, decision_hash)
    if (repeated) return repeated

    const session = await sessions.settle(stored)
    const over = await alreadyOver(session, claim_id)
    if (over) return over
    const payload = verify(device, session, jws)
    if (!payload) return refuse(device, session, 'invalid_decision')
    const client = await store.findClient(session.client_id)
    // The site was removed while somebody was looking at its request.
    if (!client) return refuse(device, session, 'session_over')
    if (payload.observed_origin !== undefined && !claims.isHome(payload.observed_origin, client))
      return refuse(device, session, 'origin_mismatch')
    const by = { sub: device.sub, device_id: device.device_id, address }
    const barred = payload.decision === 'approve' ? await policies.answerRefusal(by, client, session) : null
    if (barred) return { ok: false, reason: barred }
    const to_confirm = payload.decision === 'approve' && session.confirm === 'passkey'
    if (to_confirm && !passkey) return { ok: false, reason: 'passkey_required' }
    const confirmed = to_confirm && passkey ? await confirm(device, session, passkey) : null
    if (to_confirm && !confirmed)
      return (await repeats(claim_id, decision_hash)) ?? refuse(device, session, 'passkey_failed')
    if (payload.decision === 'approve' && session.match_number !== null && payload.number === undefined) {
      return { ok: false, reason: 'number_required' }
    }
    const wrong_number =
      payload.decision === 'approve' &&
      session.match_number !== null &&
      !sameHash(payload.number ?? '', session.match_number)
    const approved = payload.decision === 'approve' && !wrong_number
    return settleOn(session, device, { decision_hash, approved, wrong_number, report, passkey: confirmed })
  }

  /** One compare-and-set with its code and its audit row; who lost the race is told how it ended. */
  async function settleOn(
    session: SessionRow,
    device: DeviceRow,
    { decision_hash, approved, wrong_number, report, passkey }: Settling,
  ): Promise<DecisionResult> {
    const claim_id = session.claim_id!
    const delivered = session.kind === 'code' && hub.listeners(`session:${session.session_id}`) > 0
    const decided = await sessions.move(
      session,
      approved ? { type: 'approve', claim_id, delivered } : { type: 'deny', claim_id },
      (current) => ({
        change: {
          decision_hash,
          decision_state: approved ? 'approved' : 'denied',
          decision_version: current.version + 1,
          decision_reason: wrong_number ? 'number_mismatch' : null,
          decided_at: clock.now(),
          ...(approved && current.kind === 'code' && { code_hash: hash(sessions.codeOf(current)) }),
        },
        audit: {
          type: approved ? 'approved' : wrong_number ? 'number_mismatch' : 'denied',
          sub: device.sub,
          device_id: device.device_id,
          detail: { report, ...current.page },
        },
        by_device: device.device_id,
        ...(passkey && { passkey }),
      }),
    )
    if (!decided.ok) {
      return (
        sameDecision(decided.session, decision_hash) ??
        (await alreadyOver(decided.session, claim_id)) ?? {
          ok: false,
          reason: passkey ? 'passkey_failed' : 'claim_not_found',
        }
      )
    }
    return sameDecision(decided.session, decision_hash)!
  }

  /** The passkey, if it is one of this account's and was used just now on exactly what was shown; else null. */
  async function confirm({ sub }: DeviceRow, session: SessionRow, assertion: Assertion): Promise<Confirmed | null> {
    const passkey = await store.findPasskey(assertion.id)
    if (passkey?.sub !== sub) return null
    const { challenge, context_hash } = session
    const expected = await passkeyChallenge({ challenge: challenge!, context_hash: context_hash! })
    const used = await checkAssertion(config.issuer, passkey, assertion, (said) => sameHash(said, expected))
    return used && { passkey_id: passkey.passkey_id, ...used }
  }

  /** What the same bytes were answered a moment ago: a passkey that counts could not be used for them again. */
  async function repeats(claim_id: string, decision_hash: string): Promise<DecisionResult | null> {
    const session = await store.findSessionByClaim(claim_id)
    return session && sameDecision(session, decision_hash)
  }

  function sameDecision(session: SessionRow, decision_hash: string): DecisionResult | null {
    if (session.decision_hash !== decision_hash) return null
    if (session.decision_reason === 'number_mismatch') return { ok: false, reason: 'number_mismatch' }
    return {
      ok: true,
      answer: {
        claim_id: session.claim_id!,
        session_id: session.session_id,
        state: session.decision_state!,
        version: session.decision_version!,
      },
    }
  }

  /** Asked only for who held the claim, so it may say on which of the account's devices it was answered. */
  async function alreadyOver(session: SessionRow, claim_id: string): Promise<DecisionResult | null> {
    const members = { state: session.decision_state ?? session.state, version: session.version }
    if (session.decision_state !== null) {
      const answered = await answeredOn(session)
      return { ok: false, reason: 'already_decided', members: { ...members, ...answered } }
    }
    if (sessions.isOver(session)) return { ok: false, reason: 'session_over', members }
    return session.claim_id === claim_id ? null : { ok: false, reason: 'claim_not_found' }
  }

  async function answeredOn({ claim_sub, session_id, decided_at }: SessionRow): Promise<{ device_name?: string }> {
    const ended = await store.endedClaims(claim_sub!, decided_at! - 1)
    const name = ended.find((one) => one.session_id === session_id && one.device_name !== null)?.device_name
    return name ? { device_name: name } : {}
  }

  /** The payload, if this device signed exactly this claim and what was shown with it; else null. */
  function verify(device: DeviceRow, session: SessionRow, jws: string): DecisionPayload | null {
    const statement = verifyDeviceJws(jws, device.public_key, { typ: DECISION_TYP, kid: device.device_id })
    const parsed = v.safeParse(DecisionPayload, statement)
    if (!parsed.success) return null
    const payload = parsed.output
    const now = clock.now()
    const signed_as_shown =
      payload.aud === config.issuer &&
      payload.sub === device.sub &&
      payload.sid === session.session_id &&
      payload.claim_id === session.claim_id &&
      payload.challenge === session.challenge &&
      payload.client_id === session.client_id &&
      payload.origin === session.request?.origin &&
      payload.context_hash === session.context_hash &&
      // A device that did not see the page itself may leave it out, but not name another one.
      [undefined, session.claim_origin ?? payload.observed_origin].includes(payload.observed_origin)
    const fresh =
      payload.exp - payload.iat <= SIGNED_SECONDS &&
      payload.exp > payload.iat &&
      payload.iat <= now + LEEWAY &&
      payload.exp > now - LEEWAY
    return signed_as_shown && fresh ? payload : null
  }

  /** Attempts that change nothing are still on the record. */
  async function refuse(device: DeviceRow, session: SessionRow | null, reason: ErrorCode): Promise<DecisionResult> {
    await store.insertAudit({
      at: clock.now(),
      type: 'decision_refused',
      sub: device.sub,
      device_id: device.device_id,
      session_id: session?.session_id ?? null,
      client_id: session?.client_id ?? null,
      detail: { reason },
    })
    return { ok: false, reason }
  }

  return { decide }
}
