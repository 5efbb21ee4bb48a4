/**
 * What a sign-in is exchanged for: an opaque access token, kept as a hash, and a signed id_token. Made here, stored by the
 * grant together with the move that earns them. Knows no HTTP.
 */
import type { Deps } from './deps.ts'
import { idTokenClaims, profileClaims } from './id-token.ts'
import type { Keys } from './keys.ts'
import { hash, randomSecret } from './secrets.ts'
import type { AccountRow, ClientRow, SessionRow, TokenRow } from './store/rows.ts'

const ACCESS_TOKEN_SECONDS = 3600

/** A successful token response (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3). */
export interface TokenAnswer {
  access_token: string
  token_type: 'Bearer'
  expires_in: number
  id_token: string
  scope: string
}

export interface UserInfo {
  sub: string
  name?: string
  preferred_username?: string
}

export type Tokens = ReturnType<typeof createTokens>

export function createTokens({ config, clock, store }: Pick<Deps, 'config' | 'clock' | 'store'>, keys: Keys) {
  /** The account, if it may be signed in now. */
  const active = async (sub: string | null): Promise<AccountRow | null> => {
    const account = sub === null ? null : await store.findAccount(sub)
    return account && account.disabled_at === null ? account : null
  }

  return {
    /** Null when the account that approved is gone or disabled. Stores nothing: the row goes with the session's move. */
    async mint(session: SessionRow, client: ClientRow): Promise<{ row: TokenRow; answer: TokenAnswer } | null> {
      const account = await active(session.claim_sub)
      if (!account) return null
      const now = clock.now()
      const access_token = randomSecret()
      const { scope } = session.authorization
      const signer = await keys.signer(client.id_token_signed_response_alg)
      const claims = idTokenClaims(config.issuer, { session, account, access_token, now })
      return {
        row: {
          token_hash: hash(access_token),
          session_id: session.session_id,
          client_id: client.client_id,
          sub: account.sub,
          scope,
          issued_at: now,
          expires_at: now + ACCESS_TOKEN_SECONDS,
          revoked_at: null,
        },
        answer: {
          access_token,
          token_type: 'Bearer',
          expires_in: ACCESS_TOKEN_SECONDS,
          id_token: await signer.sign(claims, 'JWT'),
          scope,
        },
      }
    },

    /** What the bearer may know (OpenID Connect Core §5.3.2); null for a token that is unknown, over or revoked. */
    async userinfo(access_token: string): Promise<UserInfo | null> {
      const token = await store.findToken(hash(access_token))
      if (!token || token.revoked_at !== null || clock.now() >= token.expires_at) return null
      const [account, client] = [await active(token.sub), await store.findClient(token.client_id)]
      return account && client ? { sub: account.sub, ...profileClaims(account, token.scope) } : null
    },
  }
}
