/**
 * The port between the use cases and whatever keeps the state. Every method is one atomic step; a write has been made
 * durable before its promise resolves, and a rejected write has changed nothing. Rejects with NodError
 * `temporarily_unavailable` when the storage is full or locked.
 */
import type { Change, State } from '../../shared/protocol/session.ts'
import type {
  AccountRow,
  ActivityRow,
  AuditEntry,
  ClientRow,
  DeviceRow,
  EndedClaimRow,
  InviteRow,
  LinkRow,
  ListedSignInRow,
  LogoutNoticeRow,
  PasskeyChallengeRow,
  PasskeyRow,
  PushedRequestRow,
  SessionRow,
  SignInRow,
  SigningKeyRow,
  TokenRow,
  WebSessionRow,
} from './rows.ts'

/** A move of a session, applied only if it is still what it was when the move was computed. */
export interface Move {
  session_id: string
  from: { state: State; version: number }
  /** Epoch seconds; the move is refused when the session's end has passed, unless the move is that end. */
  now: number
  change: Change & Partial<SessionRow>
  audit?: AuditEntry
  /** The device whose decision this is: the move is refused when it has been revoked meanwhile. */
  by_device?: string
  /** The passkey that confirmed it: likewise when it has been removed, or its counter has been this far before. */
  passkey?: { passkey_id: string; sign_count: number }
  /** Tokens issued by this move, stored in the same transaction. */
  tokens?: TokenRow[]
  /** What is kept of a redeemed session, likewise. */
  sign_in?: SignInRow
}

/** One page of a list that is newest first. */
interface Page {
  /** Epoch seconds; nothing later. */
  up_to: number
  /** How many of the newest of those are left out. */
  skip: number
  limit: number
  now: number
}

export interface SignInQuery extends Page {
  /** Epoch seconds: what ended before is left out. */
  ended_since: number
}

/** Which part of an account's record is read. */
export interface ActivityQuery extends Page {
  /** Null: of any. */
  session_id: string | null
}

export interface Store {
  /** Random id of this database; changed when a backup is started from. */
  readonly epoch: string
  /** Key from which tickets, codes and tokens are derived again instead of being stored (base64url, 256 bit). */
  readonly secret: string
  close(): Promise<void>

  // sessions
  insertSession(session: SessionRow): Promise<void>
  findSession(session_id: string): Promise<SessionRow | null>
  findSessionByClaim(claim_id: string): Promise<SessionRow | null>
  findSessionByUserCode(user_code_hash: string): Promise<SessionRow | null>
  findSessionByCode(code_hash: string): Promise<SessionRow | null>
  findSessionByDeviceCode(device_code_hash: string): Promise<SessionRow | null>
  /** Once, while it is pending; the same device again changes nothing. False: too late, or another's. */
  vouchSession(session_id: string, device_id: string, audit: AuditEntry): Promise<boolean>
  /**
   * Compare and set, with its audit row and tokens. The inbox version of the account that holds or held the claim grows
   * with it. Null: somebody else moved it first, read it again.
   */
  moveSession(move: Move): Promise<SessionRow | null>
  /** Ids of open sessions whose end or lease has passed, oldest first. */
  dueSessions(now: number, limit: number): Promise<string[]>
  /** Counts a wrong verifier; at `most` the code dies. Returns the count. */
  countCodeFailure(session_id: string, most: number): Promise<number>
  /** The open claims of an account with its inbox version; null: no such account. */
  inbox(sub: string): Promise<{ version: number; claimed: SessionRow[] } | null>
  /** How claims of this account ended since then, newest first, with the names of its devices. */
  endedClaims(sub: string, since: number): Promise<EndedClaimRow[]>
  /** Whether this account has approved a page of this browser and system before. */
  knowsPage(sub: string, browser: string, os: string): Promise<boolean>

  // clients
  insertClient(client: ClientRow): Promise<void>
  findClient(client_id: string): Promise<ClientRow | null>
  listClients(): Promise<ClientRow[]>
  updateClient(client: ClientRow): Promise<boolean>
  removeClient(client_id: string): Promise<boolean>
  /** Whether any client registered this origin. */
  isRegisteredOrigin(origin: string): Promise<boolean>
  /** What all clients but this one registered. */
  otherOrigins(client_id: string): Promise<string[]>
  /** Whether a client registered it that keeps no secret and has no keys. */
  isPublicClientOrigin(origin: string): Promise<boolean>

  // pushed authorization requests
  insertPushedRequest(row: PushedRequestRow): Promise<void>
  /** Once: the row goes with the answer, unless it is held by a page. Null: unknown, over, or another client's. */
  takePushedRequest(request_hash: string, client_id: string, now: number): Promise<Record<string, string> | null>

  // accounts
  /** False: the folded name is taken. */
  insertAccount(account: AccountRow, audit: AuditEntry): Promise<boolean>
  /** Spends the invitation with it, both or neither; one for the first account is over once there is any. */
  insertInvitedAccount(
    account: AccountRow,
    invite: { token_hash: string; now: number },
    audit: AuditEntry,
  ): Promise<'inserted' | 'username_taken' | 'invite_over'>
  hasAccounts(): Promise<boolean>
  /** Takes the place of an earlier one where it is for the first account: there is one of these. */
  insertInvite(row: InviteRow): Promise<void>
  /** Null also when it is over. */
  findInvite(token_hash: string, now: number): Promise<InviteRow | null>
  findAccount(sub: string): Promise<AccountRow | null>
  findAccountByUsername(username_key: string): Promise<AccountRow | null>
  listAccounts(): Promise<AccountRow[]>
  /** Revokes its devices, cookies and tokens and releases its claims, all in one. False: no such account. */
  disableAccount(sub: string, now: number, audit: AuditEntry): Promise<boolean>
  removeAccount(sub: string, now: number, audit: AuditEntry): Promise<boolean>
  /** Ends the account's cookies but for the one it was done with (`keep`: its token's hash). False: that one is over. */
  setPassword(sub: string, password_hash: string, keep: string, audit: AuditEntry): Promise<boolean>

  // browsers signed in to the gateway's own pages
  /**
   * Ends the browser's earlier sign-in (`replaces`: its token's hash); if that was of the same account, its device goes
   * over to the new one. Returns the row as stored.
   */
  insertWebSession(row: WebSessionRow, audit: AuditEntry, replaces: string | null): Promise<WebSessionRow>
  findWebSession(token_hash: string, now: number): Promise<WebSessionRow | null>
  deleteWebSession(token_hash: string, audit: AuditEntry): Promise<void>
  /**
   * Ends every cookie of the account and revokes the devices that were its browsers' pages; linked extensions stay.
   * Returns the ids of the sessions that became pending.
   */
  signOutEverywhere(sub: string, now: number, audit: AuditEntry): Promise<string[]>
  /** Whether a browser that is this device is signed in. */
  isSignedIn(device_id: string, now: number): Promise<boolean>
  setChallenge(token_hash: string, challenge_hash: string, expires_at: number): Promise<void>

  // devices
  /**
   * Takes the challenge, stores the device and ties the cookie to it, all or nothing. A browser that comes back with the
   * key of a live device of the account is that device again. Returns the device's id.
   */
  enrolDevice(
    device: DeviceRow,
    challenge: { token_hash: string; hash: string; now: number },
    audit: AuditEntry,
  ): Promise<{ device_id: string } | { refused: 'challenge_unknown' | 'too_many_devices' }>
  findDevice(device_id: string): Promise<DeviceRow | null>
  findDeviceByToken(token_hash: string): Promise<DeviceRow | null>
  listDevices(sub: string): Promise<DeviceRow[]>
  touchDevice(device_id: string, now: number): Promise<void>
  /** Revokes it, signs its browser out and releases its open claims. Returns the ids of the sessions that became pending; null: no such device. */
  revokeDevice(device_id: string, sub: string, now: number, audit: AuditEntry): Promise<string[] | null>

  // passkeys
  findPasskey(passkey_id: string): Promise<PasskeyRow | null>
  listPasskeys(sub: string): Promise<PasskeyRow[]>
  /** Whether it is there and its counter has not been this far. */
  canUsePasskey(passkey_id: string, sign_count: number): Promise<boolean>
  /** Keeps the counter; false: it cannot be used. */
  usePasskey(passkey_id: string, sign_count: number, now: number): Promise<boolean>
  insertPasskey(row: PasskeyRow, audit: AuditEntry): Promise<'added' | 'known' | 'too_many_passkeys'>
  /** The row as it is then; null: the account has no such passkey. */
  renamePasskey(passkey_id: string, sub: string, name: string, audit: AuditEntry): Promise<PasskeyRow | null>
  /** The last one of an account without a password stays. */
  removePasskey(passkey_id: string, sub: string, audit: AuditEntry): Promise<'removed' | 'unknown' | 'last_factor'>
  insertPasskeyChallenge(row: PasskeyChallengeRow): Promise<void>
  /** Once: it is gone with the answer. False: unknown, over, or another's. */
  takePasskeyChallenge(challenge: Omit<PasskeyChallengeRow, 'expires_at'>, now: number): Promise<boolean>

  // linking
  /** False: this `jti` was used before. */
  insertLink(link: LinkRow, jti: { jti: string; expires_at: number }): Promise<boolean>
  findLink(link_id: string): Promise<LinkRow | null>
  /** Moves a pending, unexpired link to accepted with its new device, both or neither; it lives on to `collect_by`. */
  acceptLink(
    link_id: string,
    device: DeviceRow,
    times: { now: number; collect_by: number },
    audit: AuditEntry,
  ): Promise<'accepted' | 'link_over' | 'too_many_devices'>
  refuseLink(link_id: string, sub: string, now: number, audit: AuditEntry): Promise<boolean>

  // tokens and keys
  findToken(token_hash: string): Promise<TokenRow | null>
  /** This one alone. */
  revokeToken(token_hash: string, now: number): Promise<void>
  /** Every live token that came from this session. Returns how many; recorded only when there was one. */
  revokeTokens(session_id: string, now: number, audit: AuditEntry): Promise<number>
  /** The sign-in's live tokens are revoked and these take their place, both or neither. False: it has been ended. */
  replaceTokens(session_id: string, tokens: TokenRow[], now: number, audit: AuditEntry): Promise<boolean>
  /** Spends a live refresh token for these, both or neither. False: it is spent, revoked or over. */
  rotateToken(token_hash: string, tokens: TokenRow[], now: number): Promise<boolean>
  /** False: this identifier of a signed statement was used before (RFC 7519 §4.1.7). */
  takeJti(jti: string, expires_at: number): Promise<boolean>
  signingKeys(): Promise<SigningKeyRow[]>
  /** Stores the key unless there is one of its algorithm already. */
  ensureSigningKey(key: SigningKeyRow): Promise<void>
  /** The key takes over from the one of its algorithm at its own `signs_from`; keys retired before `retired` are deleted. */
  rotateSigningKey(key: SigningKeyRow, retired: number): Promise<void>

  // sign-ins and their end
  findSignIn(session_id: string): Promise<SignInRow | null>
  findSignInBySid(sid: string): Promise<SignInRow | null>
  /** The account's own that have not ended, or only since then, newest first. */
  listSignIns(sub: string, query: SignInQuery): Promise<ListedSignInRow[]>
  /**
   * Ends a sign-in with its tokens and, if `tell`, puts its site on the list of who is to be told. Ending it again does
   * nothing. False: there is none, or none of the account `only_sub`.
   */
  endSignIn(
    session_id: string,
    end: { now: number; tell: boolean; only_sub: string | null },
    audit: AuditEntry,
  ): Promise<boolean>
  /** Those whose time has come, the longest waiting first. */
  dueLogoutNotices(now: number, limit: number): Promise<LogoutNoticeRow[]>
  postponeLogoutNotice(session_id: string, due_at: number): Promise<void>
  removeLogoutNotice(session_id: string, audit: AuditEntry | null): Promise<void>

  // the record and its upkeep
  /** The account's own entries of these types, newest first. */
  activity(sub: string, types: readonly string[], query: ActivityQuery): Promise<ActivityRow[]>
  /** Whether this account has ever approved that session. */
  hasApproved(sub: string, session_id: string): Promise<boolean>
  /** Whether another process (a command) may have changed anything since this was last asked; the first time, it may. */
  changedElsewhere(): Promise<boolean>
  insertAudit(entry: AuditEntry): Promise<void>
  /** By how many accounts a session's code was presented, and how often it came late. */
  presentations(session_id: string): Promise<{ accounts: number; times: number }>
  /** A write that changes nothing: resolves when the storage takes writes. */
  probe(): Promise<void>
  /** Deletes at most `limit` rows of each kind that nobody can ask for any more. Returns how many went. */
  prune(now: number, limit: number): Promise<number>
}
