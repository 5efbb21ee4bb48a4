/** Sites registered as `nod client add` does it; nobody listens at their addresses. */
import { createClients, type Registered, type Registration } from '../../gateway/clients.ts'
import { BLANK } from '../../gateway/registration.ts'
import type { TestGateway } from '../gateway/support.ts'

export const CALLBACK = 'https://shop.example/cb'
export const BYE = 'https://shop.example/bye'

/** With a secret unless it has keys or is said to have `none`. `change` replaces members of the registration. */
export const registered = (
  gateway: TestGateway,
  change: Partial<Registration> = {},
  proof: 'secret' | 'none' = change.jwks ? 'none' : 'secret',
): Promise<Registered> =>
  createClients(gateway.deps).add({ ...BLANK, name: 'Shop', redirect_uris: [CALLBACK], ...change }, proof === 'secret')

const ALGORITHMS = {
  RS256: {
    name: 'RSASSA-PKCS1-v1_5',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: 'SHA-256',
  },
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
} as const

/** A key that a site signs its client assertions with, and the registration of its public half. */
export async function clientKey(alg: keyof typeof ALGORITHMS): Promise<{ key: CryptoKey; kid: string; jwks: Jwks }> {
  const { publicKey, privateKey } = (await crypto.subtle.generateKey(ALGORITHMS[alg], true, [
    'sign',
    'verify',
  ])) as CryptoKeyPair
  const kid = 'of-the-shop'
  return { key: privateKey, kid, jwks: { keys: [{ ...(await crypto.subtle.exportKey('jwk', publicKey)), kid }] } }
}

type Jwks = NonNullable<Registration['jwks']>
