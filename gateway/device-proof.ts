/**
 * The proof that whoever enrols a public key holds its private one: a short-lived statement signed by it. What else the
 * statement must say is the ceremony's schema. Stores nothing, so replay is the ceremony's to stop.
 */
import * as v from 'valibot'
import { DEVICE_PROOF_TYP, SIGNED_SECONDS } from '../shared/protocol/decision.ts'
import type { PublicJwk } from '../shared/protocol/messages.ts'
import { verifyDeviceJws } from './jws.ts'

/** Seconds a device's clock may be off; challenge and `jti` are what makes a proof fresh. */
export const CLOCK_LEEWAY = 60

const time = v.pipe(v.number(), v.integer())

const Common = { aud: v.string(), iat: time, exp: time }

/** Enrolling this browser's pages: bound to the account and to one challenge. */
export const EnrolProof = v.strictObject({ ...Common, sub: v.string(), challenge: v.string() })

/** Linking an extension, which knows no account yet: bound to nothing but its single use (RFC 7519 §4.1.7). */
export const LinkProof = v.strictObject({ ...Common, jti: v.pipe(v.string(), v.minLength(8), v.maxLength(128)) })

type Timed = { aud: string; iat: number; exp: number }

/** The statement, if this key signed it for this issuer and it is of now (epoch seconds); else null. */
export async function readDeviceProof<P extends Timed>(
  proof: string,
  public_key: PublicJwk,
  schema: v.GenericSchema<unknown, P>,
  { issuer, now }: { issuer: string; now: number },
): Promise<P | null> {
  const parsed = v.safeParse(schema, verifyDeviceJws(proof, public_key, { typ: DEVICE_PROOF_TYP }))
  if (!parsed.success) return null
  const { aud, iat, exp } = parsed.output
  const life = exp - iat
  const timely = life > 0 && life <= SIGNED_SECONDS && iat <= now + CLOCK_LEEWAY && exp > now - CLOCK_LEEWAY
  return aud === issuer && timely ? parsed.output : null
}
