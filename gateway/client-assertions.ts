/**
 * `private_key_jwt` (RFC 7523 §3, OpenID Connect Core §9): a client shows who it is by a statement signed with its own
 * key, for this gateway only, for a few minutes, and once. The key and its algorithm are the registration's, never the
 * token's.
 */
import * as v from 'valibot'
import type { ClientKey, ClientKeys } from './client-keys.ts'
import type { Deps } from './deps.ts'
import { decodeJws, verifyJws } from './jws.ts'
import { hash } from './secrets.ts'
import type { ClientRow } from './store/rows.ts'

export const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Seconds an assertion may live from now on: its `jti` has to be kept as long. */
const MOST_AHEAD = 300

/** Seconds a client's clock may be ahead. */
const LEEWAY = 60

/** What a key of each kind may sign with; the two names of the last are one algorithm (RFC 9864). */
const ALGS_OF = {
  RSA: ['RS256', 'PS256'],
  'P-256': ['ES256'],
  Ed25519: ['EdDSA', 'Ed25519'],
} as const

export const CLIENT_ASSERTION_ALGS: readonly string[] = Object.values(ALGS_OF).flat()

const Header = v.object({
  alg: v.string(),
  kid: v.optional(v.string()),
  typ: v.optional(v.picklist(['JWT', 'jwt', 'client-authentication+jwt'])),
  crit: v.optional(v.never()),
})

const Claims = v.object({
  iss: v.string(),
  sub: v.string(),
  aud: v.string(),
  jti: v.pipe(v.string(), v.minLength(1), v.maxLength(500)),
  exp: v.number(),
  iat: v.optional(v.number()),
  nbf: v.optional(v.number()),
})
type Claims = v.InferOutput<typeof Claims>

export type ClientAssertions = ReturnType<typeof createClientAssertions>

export function createClientAssertions(
  { config, clock, store }: Pick<Deps, 'config' | 'clock' | 'store'>,
  keys: ClientKeys,
) {
  /** Made for this gateway alone: one that another server was given too could be played back by it. */
  const isForUs = ({ iss, sub, aud }: Claims): boolean => aud === config.issuer && iss === sub

  function isOfNow({ exp, iat, nbf }: Claims): boolean {
    const now = clock.now()
    if (exp <= now || exp > now + MOST_AHEAD) return false
    return Math.max(iat ?? 0, nbf ?? 0) <= now + LEEWAY
  }

  async function isSignedBy(
    client: ClientRow,
    assertion: string,
    header: v.InferOutput<typeof Header>,
  ): Promise<boolean> {
    const fits = async (again: boolean): Promise<boolean> => {
      for (const key of (await keys.of(client, again)).filter((known) => mayHaveSigned(known, header))) {
        if (await verifyJws(assertion, key, header.alg)) return true
      }
      return false
    }
    return (await fits(false)) || (client.jwks_uri !== null && (await fits(true)))
  }

  return {
    /** The client that made this assertion; null for any fault. `client_id`: where the request names one too. */
    async client(assertion: string, client_id: string | undefined): Promise<ClientRow | null> {
      const decoded = decodeJws(assertion)
      const header = v.safeParse(Header, decoded?.header)
      const claims = v.safeParse(Claims, decoded?.payload)
      if (!header.success || !claims.success) return null
      const { sub, jti, exp } = claims.output
      if (!isForUs(claims.output) || !isOfNow(claims.output)) return null
      if (client_id !== undefined && client_id !== sub) return null
      const client = await store.findClient(sub)
      if (!client || !(await isSignedBy(client, assertion, header.output))) return null
      // Last of all: only the holder of the key can use an identifier up.
      const fresh = await store.takeJti(hash(`assertion ${sub} ${jti}`), Math.ceil(exp))
      return fresh ? client : null
    },
  }
}

/** By what the registered key says of itself: its kind, use and name (RFC 7517 §4). */
function mayHaveSigned(key: ClientKey, { alg, kid }: { alg: string; kid?: string | undefined }): boolean {
  const kind = (key.kty === 'RSA' ? 'RSA' : key.crv) as keyof typeof ALGS_OF
  const algs: readonly string[] = Object.hasOwn(ALGS_OF, kind) ? ALGS_OF[kind] : []
  if (!algs.includes(alg) || (key.alg !== undefined && key.alg !== alg)) return false
  if (key.use !== undefined && key.use !== 'sig') return false
  return kid === undefined || key.kid === undefined || key.kid === kid
}
