/**
 * Signed statements, checked and made: the one door to jose. The algorithm is the key's, never the token's. What every
 * sign-in signs and checks goes to OpenSSL directly: half the price of the way through Web Crypto and its threads.
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { promisify } from 'node:util'
import {
  calculateJwkThumbprint,
  compactVerify,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from 'jose'
import type { PublicJwk } from '../shared/protocol/messages.ts'
import type { SigningAlg, SigningKeyRow } from './store/rows.ts'

const HEADER_MEMBERS = new Set(['alg', 'typ', 'kid'])

const BASE64URL = /^[\w-]+$/

const UTF8 = new TextDecoder('utf-8', { fatal: true })

/** The two halves of the signature side by side (RFC 7518 §3.4), where OpenSSL's own form is ASN.1. */
const ecdsa = (key: KeyObject) => ({ key, dsaEncoding: 'ieee-p1363' }) as const

const inPool = promisify(sign)

/** One of RSA's takes so long that a thread of the pool is worth its price; one of ES256 is done before it got there. */
const signWith = (alg: SigningAlg, key: KeyObject, text: string): Buffer | Promise<Buffer> =>
  alg === 'ES256' ? sign('sha256', Buffer.from(text), ecdsa(key)) : inPool('sha256', Buffer.from(text), key)

/** Keys as OpenSSL wants them: making one costs as much as checking a signature with it. */
const device_keys = new Map<string, KeyObject>()
const MOST_DEVICE_KEYS = 10_000

/** Only a form of what is given: whether the device still has it is for who read its row. Throws for what is no key. */
function deviceKey({ kty, crv, x, y }: PublicJwk): KeyObject {
  const name = `${crv} ${x} ${y}`
  const known = device_keys.get(name)
  if (known) return known
  const key = createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' })
  if (device_keys.size >= MOST_DEVICE_KEYS) device_keys.delete(device_keys.keys().next().value!)
  device_keys.set(name, key)
  return key
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * The payload of a compact JWS made by a device's key, or null when anything about it is not as it must be. Only `alg`
 * ES256, the given `typ` and `kid` may stand in the header: nothing in it (`jwk`, `jku`, `x5u`, `crit`) is ever followed.
 */
export function verifyDeviceJws(jws: string, public_key: PublicJwk, expected: { typ: string; kid?: string }): unknown {
  const [head = '', body = '', signature = '', ...more] = jws.split('.')
  if (more.length > 0 || ![head, body, signature].every((part) => BASE64URL.test(part))) return null
  try {
    const header = decodeProtectedHeader(jws)
    if (Object.keys(header).some((member) => !HEADER_MEMBERS.has(member))) return null
    if (header.alg !== 'ES256' || header.typ !== expected.typ) return null
    if (expected.kid !== undefined && header.kid !== expected.kid) return null
    const key = ecdsa(deviceKey(public_key))
    if (!verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))) return null
    return JSON.parse(UTF8.decode(Buffer.from(body, 'base64url')))
  } catch {
    return null
  }
}

/** What a JWT says of itself, with nothing of it believed; null for any other text. */
export function decodeJws(jwt: string): { header: object; payload: object } | null {
  try {
    return { header: decodeProtectedHeader(jwt), payload: decodeJwt(jwt) }
  } catch {
    return null
  }
}

/** Whether this public key signed the text with this algorithm, which the caller has taken from the key. */
export async function verifyJws(jws: string, public_key: JWK, alg: string): Promise<boolean> {
  try {
    await compactVerify(jws, await importJWK(public_key, alg), { algorithms: [alg] })
    return true
  } catch {
    return false
  }
}

/** One of the gateway's own keys, ready for use. */
export interface Signer {
  readonly kid: string
  readonly alg: SigningAlg
  /** As `/jwks` shows it: nothing of the private half. */
  readonly public_jwk: JWK
  sign(claims: object, typ: string): Promise<string>
  /** The claims of a JWT of this `typ` that this key signed, whatever its age; null for any other text. */
  verify(jwt: string, typ: string): Promise<Record<string, unknown> | null>
}

/** A new private key; `kid` is its thumbprint (RFC 7638). */
export async function generateSigningKey(alg: SigningAlg): Promise<{ kid: string; private_key: JWK }> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true, modulusLength: 2048 })
  const private_key = await exportJWK(privateKey)
  return { kid: await calculateJwkThumbprint(private_key), private_key }
}

export async function importSigner({ kid, alg, private_key }: SigningKeyRow): Promise<Signer> {
  const { kty, crv, x, y, n, e } = private_key as JWK & { kty: string }
  const bare = kty === 'RSA' ? { kty, n: n!, e: e! } : { kty, crv: crv!, x: x!, y: y! }
  const key = createPrivateKey({ key: private_key as JWK, format: 'jwk' })
  const public_key = await importJWK(bare, alg)
  return {
    kid,
    alg,
    public_jwk: { ...bare, kid, alg, use: 'sig' },
    async sign(claims, typ) {
      const text = `${encode({ alg, kid, typ })}.${encode(claims)}`
      return `${text}.${(await signWith(alg, key, text)).toString('base64url')}`
    },
    async verify(jwt, typ) {
      try {
        const { payload, protectedHeader } = await compactVerify(jwt, public_key, { algorithms: [alg] })
        if (protectedHeader.typ !== typ) return null
        return JSON.parse(UTF8.decode(payload))
      } catch {
        return null
      }
    },
  }
}
