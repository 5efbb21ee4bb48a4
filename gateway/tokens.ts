/**
 * What a sign-in is exchanged for: an opaque access token and perhaps a refresh token, kept as hashes, and a signed
 * id_token. Made here, stored by the grant together with the move that earns them. Knows no HTTP.
 */
import type { Deps } from './deps.ts'
import { idTokenClaims, profileClaims, signInOf } from './id-token.ts'
import type { Keys } from './keys.ts'
import { mayStayOffline, OFFLINE_ACCESS, withinPolicy } from './scopes.ts'
import { hash, randomSecret } from './secrets.ts'
import type { AccountRow, ClientRow, SessionRow, SignInRow, TokenRow } from './store/rows.ts'

const ACCESS_TOKEN_SECONDS = 3600

/** Seconds a refresh token waits for its next use; 30 days, and never longer than its sign-in lasts. */
const REFRESH_TOKEN_SECONDS = 30 * 86_400

/** A successful token response (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3). */
export interface TokenAnswer {
  access_token: string
  token_type: 'Bearer'
  expires_in: number
  refresh_token?: string
  id_token: string
  scope: string
}

/** Rows to be stored before the answer is given. */
export interface Minted {
  tokens: TokenRow[]
  answer: TokenAnswer
}

export interface UserInfo {
  sub: string
  name?: string
  preferred_username?: string
}

interface Asked {
  /** What the access token is for. */
  scope: string
  /** What a refresh token goes on to stand for; null: there is none. */
  offline_scope: string | null
  nonce?: string | undefined
}

export type Tokens = ReturnType<typeof createTokens>

export function createTokens({ config, clock, store }: Pick<Deps, 'config' | 'clock' | 'store'>, keys: Keys) {
  /** The account, if it may be signed in now. */
  const active = async (sub: string | null): Promise<AccountRow | null> => {
    const account = sub === null ? null : await store.findAccount(sub)
    return account && account.disabled_at === null ? account : null
  }

  async function issue(sign_in: SignInRow, account: AccountRow, client: ClientRow, asked: Asked): Promise<Minted> {
    const { offline_scope, nonce } = asked
    // By the policy of this moment: what the client may know can have become less since it was approved.
    const scope = withinPolicy(asked.scope, client)
    const now = clock.now()
    const access_token = randomSecret()
    const refresh_token = offline_scope === null ? null : randomSecret()
    const { session_id, client_id, sub } = sign_in
    const common = { session_id, client_id, sub, issued_at: now, revoked_at: null }
    const rows: TokenRow[] = [
      { ...common, token_hash: hash(access_token), kind: 'access', scope, expires_at: now + ACCESS_TOKEN_SECONDS },
    ]
    if (offline_scope !== null && refresh_token !== null) {
      const expires_at = Math.min(now + REFRESH_TOKEN_SECONDS, sign_in.expires_at)
      rows.push({ ...common, token_hash: hash(refresh_token), kind: 'refresh', scope: offline_scope, expires_at })
    }
    const signer = await keys.signer(client.id_token_signed_response_alg)
    const claims = idTokenClaims(config.issuer, { sign_in, account, scope, access_token, now, nonce })
    return {
      tokens: rows,
      answer: {
        access_token,
        token_type: 'Bearer',
        expires_in: ACCESS_TOKEN_SECONDS,
        ...(refresh_token !== null && { refresh_token }),
        id_token: await signer.sign(claims, 'JWT'),
        scope,
      },
    }
  }

  return {
    /** For a session that is being redeemed. Null when the account that approved is gone or disabled. */
    async mint(session: SessionRow, client: ClientRow): Promise<(Minted & { sign_in: SignInRow }) | null> {
      const account = await active(session.claim_sub)
      if (!account) return null
      const sign_in = signInOf(config.issuer, session, account.sub, clock.now())
      const { scope, nonce } = session.authorization
      const offline = scope.split(' ').includes(OFFLINE_ACCESS) && mayStayOffline(client, session.kind)
      return {
        sign_in,
        ...(await issue(sign_in, account, client, { scope, nonce, offline_scope: offline ? scope : null })),
      }
    },

    /**
     * For a refresh token that is being spent: `scope` for the access token, its own scope for its successor (RFC 6749
     * §6). Null when the sign-in or the account is over.
     */
    async renew(spent: TokenRow, client: ClientRow, scope: string): Promise<Minted | null> {
      const [account, sign_in] = [await active(spent.sub), await store.findSignIn(spent.session_id)]
      if (!account || !sign_in || sign_in.ended_at !== null) return null
      return issue(sign_in, account, client, { scope, offline_scope: spent.scope })
    },

    /** What the bearer may know (OpenID Connect Core §5.3.2); null for a token that is unknown, over or revoked. */
    async userinfo(access_token: string): Promise<UserInfo | null> {
      const token = await store.findToken(hash(access_token))
      if (token?.kind !== 'access' || token.revoked_at !== null || clock.now() >= token.expires_at) return null
      const [account, client] = [await active(token.sub), await store.findClient(token.client_id)]
      return account && client
        ? { sub: account.sub, ...profileClaims(account, withinPolicy(token.scope, client)) }
        : null
    },
  }
}
