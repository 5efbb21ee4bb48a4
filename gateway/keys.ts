/**
 * The keys that sign what the gateway states: one of each algorithm at a time, made at the first start. A new key is
 * published before it signs and an old one after it has stopped, so that no verifier ever meets a key it cannot know.
 */
import type { Deps } from './deps.ts'
import { generateSigningKey, importSigner, type Signer } from './jws.ts'
import type { SigningAlg, SigningKeyRow } from './store/rows.ts'

export const SIGNING_ALGS: readonly SigningAlg[] = ['RS256', 'ES256']

/** Seconds for which a key is published before it signs, and again after it has stopped. */
const PUBLISHED_AROUND = 86_400

export type Keys = ReturnType<typeof createKeys>

export function createKeys({ store, clock }: Pick<Deps, 'store' | 'clock'>) {
  const signers = new Map<string, Promise<Signer>>()
  let making: Promise<unknown> | null = null

  async function rows(): Promise<SigningKeyRow[]> {
    const found = await store.signingKeys()
    const missing = SIGNING_ALGS.filter((alg) => !found.some((row) => row.alg === alg))
    if (missing.length === 0) return found
    making ??= Promise.all(
      missing.map(async (alg) =>
        store.ensureSigningKey({ ...(await generateSigningKey(alg)), alg, signs_from: 0, signs_until: null }),
      ),
    ).finally(() => {
      making = null
    })
    await making
    return store.signingKeys()
  }

  const imported = (row: SigningKeyRow): Promise<Signer> => {
    const signer = signers.get(row.kid) ?? importSigner(row)
    signers.set(row.kid, signer)
    return signer
  }

  /** What `/jwks` shows: the keys that sign, are about to, or have signed what may still be looked at. */
  async function published(): Promise<Signer[]> {
    const now = clock.now()
    const shown = (await rows()).filter((row) => row.signs_until === null || now < row.signs_until + PUBLISHED_AROUND)
    return Promise.all(shown.map(imported))
  }

  return {
    published,

    /** Makes what keys are missing, so that the first sign-in does not wait for them. */
    async prepare(): Promise<void> {
      await rows()
    },

    /** The key of this algorithm whose turn it is. */
    async signer(alg: SigningAlg): Promise<Signer> {
      const now = clock.now()
      const ours = (await rows()).filter((row) => row.alg === alg)
      const current = ours.find((row) => row.signs_from <= now && (row.signs_until === null || now < row.signs_until))
      return imported(current ?? ours[0]!)
    },

    /** The claims of an id_token that one of the published keys signed, expired or not; null for anything else. */
    async verifyOwn(jwt: string): Promise<Record<string, unknown> | null> {
      for (const signer of await published()) {
        const claims = await signer.verify(jwt, 'JWT')
        if (claims) return claims
      }
      return null
    },

    /** A successor for each key, published now and signing a day later; what was retired long enough ago is deleted. */
    async rotate(): Promise<SigningKeyRow[]> {
      const now = clock.now()
      await rows()
      return Promise.all(
        SIGNING_ALGS.map(async (alg) => {
          const key = { ...(await generateSigningKey(alg)), alg, signs_from: now + PUBLISHED_AROUND, signs_until: null }
          await store.rotateSigningKey(key, now - PUBLISHED_AROUND)
          return key
        }),
      )
    },
  }
}
