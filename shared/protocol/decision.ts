/**
 * What a device signs when its person says yes or no, and the canonical form that ties the signature to what was shown.
 * The signing itself needs the device's key and lives in shared/client; the verifying lives in the gateway.
 */
import * as v from 'valibot'
import { toBase64url } from './ticket.ts'

export const DECISION_TYP = 'nod-decision+jwt'
export const DEVICE_PROOF_TYP = 'nod-device+jwt'

/** Seconds: the longest life a decision or a proof may claim for itself. */
export const SIGNED_SECONDS = 60

export const DecisionPayload = v.strictObject({
  aud: v.string(),
  sub: v.string(),
  sid: v.string(),
  claim_id: v.string(),
  challenge: v.string(),
  decision: v.picklist(['approve', 'deny']),
  number: v.optional(v.string()),
  client_id: v.string(),
  origin: v.nullable(v.string()),
  observed_origin: v.optional(v.string()),
  context_hash: v.string(),
  iat: v.pipe(v.number(), v.integer()),
  exp: v.pipe(v.number(), v.integer()),
})
export type DecisionPayload = v.InferOutput<typeof DecisionPayload>

/**
 * The WebAuthn challenge of the passkey that confirms an approval, where the site's policy is `passkey`: base64url SHA-256
 * of the ASCII text `{challenge}.{context_hash}`, both as the claim has them. `challenge` is the claim's alone and
 * `context_hash` is over all that was shown, so the assertion is good for this request and for nothing else. It goes
 * beside the signed decision, as `passkey`; a denial needs none.
 */
export async function passkeyChallenge(claim: { challenge: string; context_hash: string }): Promise<string> {
  const shown = new TextEncoder().encode(`${claim.challenge}.${claim.context_hash}`)
  return toBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', shown)))
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined }

/**
 * RFC 8785 (JSON Canonicalization Scheme). JSON.stringify already writes strings and numbers as §3.2.2 asks; what is
 * left is the order of members by UTF-16 code units (§3.2.3), which is what `sort()` compares.
 */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const members = Object.entries(value as { [key: string]: Json | undefined })
    .filter((member): member is [string, Json] => member[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`
}
