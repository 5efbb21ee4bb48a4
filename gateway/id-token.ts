/**
 * What an id_token says (OpenID Connect Core §2) about a sign-in, and nothing that the gateway did not see happen. Pure;
 * signing is the keys' work.
 */
import { createHash } from 'node:crypto'
import type { Confirm } from '../shared/protocol/messages.ts'
import { hash } from './secrets.ts'
import type { AccountRow, SessionRow, SignInRow } from './store/rows.ts'

const ID_TOKEN_SECONDS = 300

/** Seconds for which a sign-in can be renewed, and ended from afar; 90 days. */
const SIGN_IN_SECONDS = 90 * 86_400

/**
 * The authentication context class: approved on another screen by a key that an enrolled device holds and cannot give
 * away, and at sites that ask for it confirmed by a passkey whose authenticator verified its person. Neither is
 * phishing-resistant (`phr`): a passkey names the gateway, not the page that waits, and a code can be relayed to whoever
 * scans it.
 */
export const acrOf = (issuer: string, confirm: Confirm | null): string =>
  `${issuer}/acr/${confirm === 'passkey' ? 'passkey' : 'device-key'}`

/**
 * RFC 8176: `swk`, the decision was signed by a key kept in software; `user`, a person read the number from the page and
 * typed it on the device, which no key does by itself, or was verified by their passkey's authenticator; `pop`, that
 * passkey's key was used too, and whether it is in hardware (`hwk`) nobody has attested; `mfa`, the passkey took having it
 * and the person's own PIN or body.
 */
function amrOf({ confirm, match_number }: SessionRow): string[] {
  if (confirm === 'passkey') return ['swk', 'pop', 'user', 'mfa']
  return match_number === null ? ['swk'] : ['swk', 'user']
}

/** Names the sign-in to the client, for logging it out again; the QR's public id is not told. */
const sidOf = (session_id: string): string => hash(`sid ${session_id}`).slice(0, 22)

/** What is kept of a session that is redeemed `now`. */
export const signInOf = (issuer: string, session: SessionRow, sub: string, now: number): SignInRow => ({
  session_id: session.session_id,
  sid: sidOf(session.session_id),
  client_id: session.client_id,
  sub,
  auth_time: session.decided_at!,
  acr: acrOf(issuer, session.confirm),
  amr: amrOf(session),
  signed_in_at: now,
  expires_at: now + SIGN_IN_SECONDS,
  ended_at: null,
})

/** The claims of a scope (OpenID Connect Core §5.4). */
export const profileClaims = (account: AccountRow, scope: string): { name?: string; preferred_username?: string } =>
  scope.split(' ').includes('profile') ? { name: account.name, preferred_username: account.username } : {}

export interface IdTokenSubject {
  sign_in: SignInRow
  account: AccountRow
  scope: string
  access_token: string
  now: number
  /** Of the authorization request; a renewed id_token has none (OpenID Connect Core §12.2). */
  nonce?: string | undefined
}

export function idTokenClaims(issuer: string, subject: IdTokenSubject): Record<string, unknown> {
  const { sign_in, account, scope, access_token, now, nonce } = subject
  return {
    iss: issuer,
    sub: account.sub,
    aud: sign_in.client_id,
    iat: now,
    exp: now + ID_TOKEN_SECONDS,
    auth_time: sign_in.auth_time,
    ...(nonce !== undefined && { nonce }),
    sid: sign_in.sid,
    acr: sign_in.acr,
    amr: sign_in.amr,
    at_hash: atHash(access_token),
    ...profileClaims(account, scope),
  }
}

/** The left half of the SHA-256, which both signing algorithms have for their hash (OpenID Connect Core §3.1.3.6). */
const atHash = (access_token: string): string =>
  createHash('sha256').update(access_token, 'ascii').digest().subarray(0, 16).toString('base64url')
