/**
 * What a signed-in device does with somebody's request: take it, answer it, let it go. Signs only what it was given to
 * show, after checking that it hashes to what the gateway will hold it against. Shows nothing and keeps nothing.
 */
import { canonicalJson, DECISION_TYP, type DecisionPayload, SIGNED_SECONDS } from '../protocol/decision.ts'
import { Claim, type ClaimRequest, ClaimsView, DecisionAnswer, type DecisionRequest } from '../protocol/messages.ts'
import type { Assertion } from '../protocol/passkey.ts'
import { toBase64url } from '../protocol/ticket.ts'
import { type CallInit, call, Done, GatewayError } from './call.ts'
import { type DeviceKey, signJws } from './device-key.ts'

export interface Approver {
  issuer: string
  sub: string
  device_id: string
  /** Null: the cookie of the gateway's own pages speaks. */
  device_token: string | null
  key: DeviceKey
}

export interface Answer {
  decision: 'approve' | 'deny'
  number?: string
  observed_origin?: string
  /** Beside a deny: "this was not me". */
  report?: boolean
  /** Over `passkeyChallenge` of the claim, where its `confirm` is `passkey`. */
  passkey?: Assertion
}

/** How often the same signed bytes are sent when no answer comes; the gateway answers them alike each time. */
const SEND_ATTEMPTS = 3
const SEND_PAUSE_MS = 700

/** Seconds that a person waits for the whole of it, until they are told that it did not work. */
const DECIDE_SECONDS = 15

/** The winner of a session asking again gets the claim it has. */
export const claim = (approver: Approver, request: ClaimRequest): Promise<Claim> =>
  call(`${approver.issuer}/v1/claims`, Claim, { ...credentials(approver), json: request })

/** Rejects with `not_a_gateway`, unsigned, when the request shown is not the one that would be decided. */
export async function decide(approver: Approver, claim: Claim, answer: Answer): Promise<DecisionAnswer> {
  if ((await contextHash(claim)) !== claim.context_hash) throw changed()
  const give_up_at = performance.now() + DECIDE_SECONDS * 1000
  const now = await serverTime(approver, claim)
  const decision = await signJws(
    approver.key,
    { typ: DECISION_TYP, kid: approver.device_id },
    payloadOf(approver, claim, answer, now),
  )
  const { report, passkey } = answer
  const json: DecisionRequest = { decision, ...(report && { report }), ...(passkey && { passkey }) }
  const url = `${approver.issuer}/v1/claims/${encodeURIComponent(claim.claim_id)}/decision`
  return send(url, { ...credentials(approver), json }, give_up_at)
}

/** Lets go of a claim: the session is pending again. */
export async function release(approver: Approver, claim_id: string): Promise<void> {
  const url = `${approver.issuer}/v1/claims/${encodeURIComponent(claim_id)}`
  await call(url, Done, { ...credentials(approver), method: 'DELETE' })
}

/** A claim that the account holds already; null: it is not open any more. */
export async function openClaim(approver: Approver, claim_id: string): Promise<Claim | null> {
  const { claims } = await call(`${approver.issuer}/v1/claims?wait=0`, ClaimsView, credentials(approver))
  return claims.find((one) => one.claim_id === claim_id) ?? null
}

/** "This was not me", of what another device approved: the browser that it let in is signed out, and it is on record. */
export async function report(approver: Approver, session_id: string): Promise<void> {
  const url = `${approver.issuer}/v1/activity/${encodeURIComponent(session_id)}/revoke`
  await call(url, Done, { ...credentials(approver), json: { report: true } })
}

const credentials = ({ device_token }: Approver): CallInit =>
  device_token === null ? { credentials: 'same-origin' } : { bearer: device_token }

async function contextHash({ request }: Claim): Promise<string> {
  const canonical = new TextEncoder().encode(canonicalJson(request))
  return toBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', canonical)))
}

/**
 * Asked right before signing, because this device's clock may be anywhere and the claim's `now` may be minutes old.
 * It also shows whether the claim is still the same one; one that is gone is left for the gateway to refuse.
 */
async function serverTime(approver: Approver, claim: Claim): Promise<number> {
  const { now, claims } = await call(`${approver.issuer}/v1/claims?wait=0`, ClaimsView, credentials(approver))
  const current = claims.find(({ claim_id }) => claim_id === claim.claim_id)
  if (current && (current.challenge !== claim.challenge || current.context_hash !== claim.context_hash)) throw changed()
  return now
}

const changed = () =>
  new GatewayError({ code: 'not_a_gateway', status: 0, message: 'The request is not the one that is shown.' })

function payloadOf(approver: Approver, claim: Claim, answer: Answer, now: number): DecisionPayload {
  const { decision, number, observed_origin } = answer
  return {
    aud: approver.issuer,
    sub: approver.sub,
    sid: claim.session_id,
    claim_id: claim.claim_id,
    challenge: claim.challenge,
    decision,
    ...(number === undefined ? {} : { number }),
    client_id: claim.request.client.client_id,
    origin: claim.request.origin,
    ...(observed_origin === undefined ? {} : { observed_origin }),
    context_hash: claim.context_hash,
    iat: now,
    exp: now + SIGNED_SECONDS,
  }
}

async function send(url: string, init: CallInit, give_up_at: number): Promise<DecisionAnswer> {
  for (let attempt = 1; ; attempt++) {
    const timeout_seconds = Math.max(1, (give_up_at - performance.now()) / 1000)
    try {
      return await call(url, DecisionAnswer, { ...init, timeout_seconds })
    } catch (error) {
      const pause = attempt * SEND_PAUSE_MS
      const passing = error instanceof GatewayError && error.code === 'unreachable'
      if (!passing || attempt === SEND_ATTEMPTS || performance.now() + pause > give_up_at) throw error
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
}
