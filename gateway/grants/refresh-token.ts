/**
 * The refresh grant (RFC 6749 §6, OpenID Connect Core §12): each refresh token is spent by its use and gets a successor.
 * One that comes a second time has been copied, by whom cannot be known, so all of its sign-in's tokens are revoked
 * (RFC 9700 §4.14.2). There is no grace: two uses at once are two uses.
 */
import type { Deps } from '../deps.ts'
import type { Params } from '../params.ts'
import { mayStayOffline, SCOPES } from '../scopes.ts'
import { hash } from '../secrets.ts'
import type { ClientRow, TokenRow } from '../store/rows.ts'
import type { Tokens } from '../tokens.ts'
import type { Grant, Granted } from './grant.ts'

const refused: Granted = { ok: false, reason: 'invalid_grant' }

export function refreshTokenGrant({ clock, store, log }: Deps, tokens: Tokens): Grant {
  async function reused({ session_id, client_id, sub }: TokenRow): Promise<Granted> {
    const at = clock.now()
    await store.revokeTokens(session_id, at, { at, type: 'refresh_token_reused', session_id, client_id, sub })
    log.warn('a refresh token was used again; its sign-in’s tokens are revoked', { session: session_id, client_id })
    return refused
  }

  async function redeem(client: ClientRow, params: Params): Promise<Granted> {
    const refresh_token = params.get('refresh_token')
    if (refresh_token === undefined)
      return { ok: false, reason: 'invalid_request', description: 'refresh_token is missing.' }
    if (!mayStayOffline(client, 'code')) return { ok: false, reason: 'unauthorized_client' }
    const found = await store.findToken(hash(refresh_token))
    if (found?.kind !== 'refresh' || found.client_id !== client.client_id) return refused
    if (found.revoked_at !== null) return reused(found)
    const scope = narrowed(found.scope, params.get('scope'))
    if (scope === null) return { ok: false, reason: 'invalid_scope' }
    const minted = await tokens.renew(found, client, scope)
    if (!minted) return refused
    if (await store.rotateToken(found.token_hash, minted.tokens, clock.now()))
      return { ok: true, answer: minted.answer }
    return clock.now() >= found.expires_at ? refused : reused(found)
  }

  return { grant_type: 'refresh_token', redeem }
}

/** The part of the granted scope that is asked for; null when more is asked for than was granted (RFC 6749 §6). */
function narrowed(granted: string, asked: string | undefined): string | null {
  if (asked === undefined) return granted
  const [given, wanted] = [granted.split(' '), asked.split(' ')]
  if (!wanted.every((scope) => given.includes(scope))) return null
  return SCOPES.filter((scope) => wanted.includes(scope)).join(' ')
}
