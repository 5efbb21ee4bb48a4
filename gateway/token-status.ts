/**
 * What a client may learn of a token (RFC 7662) and how it gives one back (RFC 7009). Only its own: a token of another
 * client and one that never was are the same to it. Knows no HTTP.
 */
import type { Deps } from './deps.ts'
import { profileClaims } from './id-token.ts'
import { withinPolicy } from './scopes.ts'
import { hash } from './secrets.ts'
import type { AccountRow, ClientRow, TokenRow } from './store/rows.ts'

/** RFC 7662 §2.2. */
export type Introspection =
  | { active: false }
  | {
      active: true
      iss: string
      client_id: string
      sub: string
      username?: string
      scope: string
      iat: number
      exp: number
      /** Of an access token only. */
      token_type?: 'Bearer'
    }

export type TokenStatus = ReturnType<typeof createTokenStatus>

export function createTokenStatus({ config, clock, store }: Pick<Deps, 'config' | 'clock' | 'store'>) {
  const own = async (client: ClientRow, token: string): Promise<TokenRow | null> => {
    const found = await store.findToken(hash(token))
    return found?.client_id === client.client_id ? found : null
  }

  return {
    async introspect(client: ClientRow, token: string): Promise<Introspection> {
      const found = await own(client, token)
      if (!found || found.revoked_at !== null || clock.now() >= found.expires_at) return { active: false }
      const account = await store.findAccount(found.sub)
      if (!account || account.disabled_at !== null) return { active: false }
      // As userinfo: what the client may know can have become less since the token was issued.
      const scope = withinPolicy(found.scope, client)
      return {
        active: true,
        iss: config.issuer,
        client_id: found.client_id,
        sub: found.sub,
        ...usernameFor(account, scope),
        scope,
        iat: found.issued_at,
        exp: found.expires_at,
        ...(found.kind === 'access' && { token_type: 'Bearer' }),
      }
    },

    /** A refresh token takes all that came from its sign-in with it, an access token only itself (RFC 7009 §2.1). */
    async revoke(client: ClientRow, token: string): Promise<void> {
      const found = await own(client, token)
      if (!found) return
      const at = clock.now()
      const { token_hash, session_id, client_id, sub } = found
      if (found.kind === 'access') return store.revokeToken(token_hash, at)
      await store.revokeTokens(session_id, at, { at, type: 'tokens_given_back', session_id, client_id, sub })
    },
  }
}

/** The name is part of what the scope `profile` shares, here as in userinfo. */
function usernameFor(account: AccountRow, scope: string): { username?: string } {
  const { preferred_username } = profileClaims(account, scope)
  return preferred_username === undefined ? {} : { username: preferred_username }
}
