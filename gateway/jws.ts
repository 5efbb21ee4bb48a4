/** Signed statements, checked and made: the one door to jose. The algorithm is the key's, never the token's. */
import { compactVerify, decodeProtectedHeader, importJWK } from 'jose'
import type { PublicJwk } from '../shared/protocol/messages.ts'

const HEADER_MEMBERS = new Set(['alg', 'typ', 'kid'])

/**
 * The payload of a compact JWS made by a device's key, or null when anything about it is not as it must be. Only `alg`
 * ES256, the given `typ` and `kid` may stand in the header: nothing in it (`jwk`, `jku`, `x5u`, `crit`) is ever followed.
 */
export async function verifyDeviceJws(
  jws: string,
  public_key: PublicJwk,
  expected: { typ: string; kid?: string },
): Promise<unknown> {
  try {
    const header = decodeProtectedHeader(jws)
    if (Object.keys(header).some((member) => !HEADER_MEMBERS.has(member))) return null
    if (header.alg !== 'ES256' || header.typ !== expected.typ) return null
    if (expected.kid !== undefined && header.kid !== expected.kid) return null
    const key = await importJWK({ ...public_key, alg: 'ES256' }, 'ES256')
    const { payload } = await compactVerify(jws, key, { algorithms: ['ES256'] })
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
  } catch {
    return null
  }
}
