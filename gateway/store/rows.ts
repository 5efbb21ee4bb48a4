/** The rows of the database as the gateway sees them: the columns' names, JSON columns parsed. No behaviour. */
import type { ActivityType } from '../../shared/protocol/account.ts'
import type { Confirm, EndedClaim, PublicJwk, RequestContext } from '../../shared/protocol/messages.ts'
import type { Session } from '../../shared/protocol/session.ts'

export type SigningAlg = 'RS256' | 'ES256'

/** Who may start a session: anybody, an extension that is linked to the account that answers, the client's own server. */
export type Initiator = 'any' | 'extension' | 'backend'

export interface ClientRow {
  client_id: string
  name: string
  secret_hash: string | null
  redirect_uris: string[]
  origins: string[]
  login_matches: string[]
  start_uri: string | null
  mount: string | null
  logo_uri: string | null
  confirm: Confirm
  native: boolean
  device_grant: boolean
  hold_seconds: number | null
  id_token_signed_response_alg: SigningAlg
  jwks: { keys: object[] } | null
  jwks_uri: string | null
  post_logout_redirect_uris: string[]
  backchannel_logout_uri: string | null
  pkce: boolean
  offline_access: boolean
  device_offline_access: boolean
  initiator: Initiator
  /** Networks that pages ask and devices answer from; none: any. */
  allowed_networks: string[]
  /** What it may be given beside `openid`; none: whatever there is. */
  scopes: string[]
  created_at: number
}

export interface AccountRow {
  sub: string
  username: string
  username_key: string
  name: string
  password_hash: string | null
  inbox_version: number
  created_at: number
  disabled_at: number | null
}

export interface DeviceRow {
  device_id: string
  sub: string
  kind: 'extension' | 'pages'
  name: string
  public_key: PublicJwk
  token_hash: string | null
  created_at: number
  last_used_at: number | null
  revoked_at: number | null
}

export interface WebSessionRow {
  token_hash: string
  sub: string
  device_id: string | null
  challenge: string | null
  challenge_expires_at: number | null
  signed_in_at: number
  expires_at: number
}

export interface PasskeyRow {
  /** The credential's id, base64url. */
  passkey_id: string
  sub: string
  name: string
  /** COSE key, base64url. */
  public_key: string
  sign_count: number
  transports: string[]
  /** 1: may be copied to other devices of its person. */
  synced: boolean
  created_at: number
  last_used_at: number | null
}

export interface PasskeyChallengeRow {
  challenge_hash: string
  purpose: 'add' | 'sign_in'
  /** Hash of the cookie of the browser that asked. */
  holder: string
  expires_at: number
}

/** Who shows the code, as the gateway saw it when the session was made. */
export type PageInfo = RequestContext['page']

/** Whoever holds the token may make one account; `setup`: the very first one. */
export interface InviteRow {
  token_hash: string
  kind: 'invite' | 'setup'
  created_at: number
  expires_at: number
}

export interface LinkRow {
  link_id: string
  state: 'pending' | 'accepted' | 'refused'
  version: number
  secret_hash: string
  name: string
  public_key: PublicJwk
  page: PageInfo
  sub: string | null
  device_id: string | null
  created_at: number
  expires_at: number
}

/** The authorization request as it was validated; members are the RFC's. */
export interface Authorization {
  redirect_uri: string | null
  scope: string
  state?: string
  nonce?: string
  code_challenge?: string
  acr_values?: string
  max_age?: number
  login_hint?: string
  ui_locales?: string
  /** `sub` of an id_token_hint: only this account may approve. */
  only_sub?: string
}

export interface SessionRow extends Session {
  session_id: string
  kind: 'code' | 'device'
  client_id: string
  poll_hash: string
  user_code_hash: string | null
  device_code_hash: string | null
  authorization: Authorization
  page: PageInfo & { origin: string | null }
  claim_device_id: string | null
  claim_slot: number | null
  claim_origin: string | null
  challenge: string | null
  request: RequestContext | null
  context_hash: string | null
  confirm: Confirm | null
  match_number: string | null
  decision_hash: string | null
  decision_state: 'approved' | 'denied' | null
  decision_version: number | null
  decision_reason: 'number_mismatch' | null
  decided_at: number | null
  code_hash: string | null
  code_failures: number
  /** The device that vouched for it. */
  vouched_by: string | null
  redeemed_at: number | null
}

export interface TokenRow {
  token_hash: string
  kind: 'access' | 'refresh'
  session_id: string
  client_id: string
  sub: string
  scope: string
  issued_at: number
  expires_at: number
  revoked_at: number | null
}

/** A redeemed session, for as long as it can be renewed or ended. */
export interface SignInRow {
  session_id: string
  sid: string
  client_id: string
  sub: string
  auth_time: number
  acr: string
  amr: string[]
  signed_in_at: number
  expires_at: number
  ended_at: number | null
}

/** A sign-in with what its person knows it by. */
export interface ListedSignInRow {
  session_id: string
  client_id: string
  signed_in_at: number
  ended_at: number | null
  site: string | null
  /** The device that approved it. */
  device_name: string | null
  page: PageInfo & { origin?: string | null }
  /** Of one that has ended, unless its site asked for that itself. */
  notice: 'told' | 'under_way' | 'not_told' | 'cannot_be_told' | null
}

export interface LogoutNoticeRow {
  session_id: string
  client_id: string
  sub: string
  sid: string
  /** Deliveries that failed so far. */
  attempts: number
  due_at: number
}

export interface PushedRequestRow {
  request_hash: string
  client_id: string
  params: Record<string, string>
  held: boolean
  expires_at: number
}

export interface SigningKeyRow {
  kid: string
  alg: SigningAlg
  private_key: object
  signs_from: number
  signs_until: number | null
}

/** How a claim of an account ended, as the audit trail has it; the device only where it is the account's own. */
export interface EndedClaimRow {
  type: EndedClaim['type']
  at: number
  session_id: string
  device_id: string | null
  device_name: string | null
}

/** An entry of the audit trail with the names of what it is about, as far as these are still there. */
export interface ActivityRow {
  type: ActivityType
  at: number
  session_id: string | null
  client_id: string | null
  device_id: string | null
  detail: Record<string, string | number | boolean | null>
  site: string | null
  device_name: string | null
  /** Whether what the session led to still holds. */
  signed_in: boolean
}

export interface AuditEntry {
  at: number
  type: string
  sub?: string | null
  session_id?: string | null
  client_id?: string | null
  device_id?: string | null
  /** Undefined members are left out. */
  detail?: Record<string, string | number | boolean | null | undefined>
}
