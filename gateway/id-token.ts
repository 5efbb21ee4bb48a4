/**
 * What an id_token says (OpenID Connect Core §2) about a sign-in, and nothing that the gateway did not see happen. Pure;
 * signing is the keys' work.
 */
import { createHash } from 'node:crypto'
import { hash } from './secrets.ts'
import type { AccountRow, SessionRow } from './store/rows.ts'

const ID_TOKEN_SECONDS = 300

/**
 * The authentication context class of every sign-in so far: approved on another screen by a key that an enrolled device
 * holds and cannot give away. Not phishing-resistant (`phr`): a code can be relayed to whoever scans it.
 */
export const acrOf = (issuer: string): string => `${issuer}/acr/device-key`

/**
 * RFC 8176: `swk`, the decision was signed by a key kept in software; `user`, a person read the number from the page and
 * typed it on the device, which no key does by itself.
 */
const amrOf = (session: SessionRow): string[] => (session.match_number === null ? ['swk'] : ['swk', 'user'])

/** Names the sign-in to the client, for logging it out again; the QR's public id is not told. */
const sidOf = (session_id: string): string => hash(`sid ${session_id}`).slice(0, 22)

/** The claims of a scope (OpenID Connect Core §5.4). */
export const profileClaims = (account: AccountRow, scope: string): { name?: string; preferred_username?: string } =>
  scope.split(' ').includes('profile') ? { name: account.name, preferred_username: account.username } : {}

export function idTokenClaims(
  issuer: string,
  {
    session,
    account,
    access_token,
    now,
  }: { session: SessionRow; account: AccountRow; access_token: string; now: number },
): Record<string, unknown> {
  const { nonce, scope } = session.authorization
  return {
    iss: issuer,
    sub: account.sub,
    aud: session.client_id,
    iat: now,
    exp: now + ID_TOKEN_SECONDS,
    auth_time: session.decided_at,
    ...(nonce !== undefined && { nonce }),
    sid: sidOf(session.session_id),
    acr: acrOf(issuer),
    amr: amrOf(session),
    at_hash: atHash(access_token),
    ...profileClaims(account, scope),
  }
}

/** The left half of the SHA-256, which both signing algorithms have for their hash (OpenID Connect Core §3.1.3.6). */
const atHash = (access_token: string): string =>
  createHash('sha256').update(access_token, 'ascii').digest().subarray(0, 16).toString('base64url')
