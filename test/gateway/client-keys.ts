/**
 * Clients that sign their assertions (RFC 7523), with node:crypto alone: made by none of the code that checks them.
 */
import { constants, generateKeyPairSync, type KeyObject, type SignKeyObjectInput, sign } from 'node:crypto'
import { randomId } from '../../gateway/secrets.ts'
import type { TestGateway } from './support.ts'

export const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

export interface ClientKeyPair {
  alg: string
  public_jwk: Record<string, unknown>
  /** A compact JWS; `header` replaces members of its header. */
  sign(payload: object, header?: object): string
}

const pairs: Record<string, () => { publicKey: KeyObject; privateKey: KeyObject }> = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
  Ed25519: () => generateKeyPairSync('ed25519'),
}

const options: Record<string, Partial<SignKeyObjectInput>> = {
  PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
  ES256: { dsaEncoding: 'ieee-p1363' },
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')

export function clientKeyPair(alg = 'ES256', jwk: Record<string, unknown> = {}): ClientKeyPair {
  const { publicKey, privateKey } = pairs[alg]!()
  const kid = randomId()
  return {
    alg,
    public_jwk: { ...publicKey.export({ format: 'jwk' }), kid, ...jwk },
    sign(payload, header = {}) {
      const text = `${encoded({ alg, kid, ...header })}.${encoded(payload)}`
      const digest = alg.startsWith('Ed') ? null : 'sha256'
      const signature = sign(digest, Buffer.from(text), { key: privateKey, ...options[alg] })
      return `${text}.${signature.toString('base64url')}`
    },
  }
}

/** The claims of a sound assertion; `change` replaces some, and leaves out those that are undefined. */
export function assertionClaims(gateway: TestGateway, client_id: string, change: object = {}): object {
  const iat = gateway.clock.now()
  return { iss: client_id, sub: client_id, aud: gateway.issuer, jti: randomId(), iat, exp: iat + 60, ...change }
}

/** What a request carries beside its own parameters so that the gateway knows this client. */
export const authenticated = (gateway: TestGateway, client_id: string, pair: ClientKeyPair) => ({
  client_assertion_type: JWT_BEARER,
  client_assertion: pair.sign(assertionClaims(gateway, client_id)),
})
