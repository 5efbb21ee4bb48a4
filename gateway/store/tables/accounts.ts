/** Accounts and the browsers that are signed in to the gateway's own pages. */
import { all, type Db, first, insert, reader, run } from '../database.ts'
import type { AccountRow, AuditEntry, WebSessionRow } from '../rows.ts'
import { writes as audit } from './audit.ts'
import { releaseClaims } from './sessions.ts'
import { endSignIns } from './sign-ins.ts'

const account = reader<AccountRow>([])
const web_session = reader<WebSessionRow>([])

export const reads = {
  findAccount: (db: Db, sub: string) => account(first(db, 'SELECT * FROM accounts WHERE sub = @sub', { sub })),
  findAccountByUsername: (db: Db, username_key: string) =>
    account(first(db, 'SELECT * FROM accounts WHERE username_key = @username_key', { username_key })),
  listAccounts: (db: Db) => all(db, 'SELECT * FROM accounts ORDER BY username_key').map((row) => account(row)!),
  findWebSession: (db: Db, token_hash: string, now: number) =>
    web_session(
      first(db, 'SELECT * FROM web_sessions WHERE token_hash = @token_hash AND expires_at > @now', { token_hash, now }),
    ),
  isSignedIn: (db: Db, device_id: string, now: number): boolean =>
    first(db, 'SELECT 1 AS found FROM web_sessions WHERE device_id = @device_id AND expires_at > @now', {
      device_id,
      now,
    }) !== undefined,
}

/** What an account holds stops working: devices, cookies, open claims, and its sign-ins at sites with their tokens. */
function cutOff(db: Db, sub: string, now: number): void {
  releaseClaims(db, 'claim_sub', sub)
  run(db, 'UPDATE devices SET revoked_at = @now WHERE sub = @sub AND revoked_at IS NULL', { sub, now })
  run(db, 'DELETE FROM web_sessions WHERE sub = @sub', { sub })
  endSignIns(db, 'sub', sub, now, { tell: true })
}

export const writes = {
  insertAccount(db: Db, row: AccountRow, entry: AuditEntry): boolean {
    if (reads.findAccountByUsername(db, row.username_key)) return false
    insert(db, 'accounts', row)
    audit.insertAudit(db, entry)
    return true
  },
  disableAccount(db: Db, sub: string, now: number, entry: AuditEntry): boolean {
    if (run(db, 'UPDATE accounts SET disabled_at = coalesce(disabled_at, @now) WHERE sub = @sub', { sub, now }) === 0)
      return false
    cutOff(db, sub, now)
    audit.insertAudit(db, entry)
    return true
  },
  removeAccount(db: Db, sub: string, now: number, entry: AuditEntry): boolean {
    cutOff(db, sub, now)
    if (run(db, 'DELETE FROM accounts WHERE sub = @sub', { sub }) === 0) return false
    audit.insertAudit(db, entry)
    return true
  },
  setPassword(db: Db, sub: string, password_hash: string, keep: string, entry: AuditEntry): boolean {
    if (reads.findWebSession(db, keep, entry.at)?.sub !== sub) return false
    run(db, 'UPDATE accounts SET password_hash = @password_hash WHERE sub = @sub', { sub, password_hash })
    run(db, 'DELETE FROM web_sessions WHERE sub = @sub AND token_hash <> @keep', { sub, keep })
    audit.insertAudit(db, entry)
    return true
  },

  insertWebSession(db: Db, row: WebSessionRow, entry: AuditEntry, replaces: string | null): WebSessionRow {
    const earlier = replaces === null ? null : reads.findWebSession(db, replaces, row.signed_in_at)
    const stored = { ...row, device_id: earlier?.sub === row.sub ? earlier.device_id : null }
    if (earlier) run(db, 'DELETE FROM web_sessions WHERE token_hash = @replaces', { replaces })
    insert(db, 'web_sessions', stored)
    audit.insertAudit(db, entry)
    return stored
  },
  deleteWebSession(db: Db, token_hash: string, entry: AuditEntry): void {
    if (run(db, 'DELETE FROM web_sessions WHERE token_hash = @token_hash', { token_hash }) === 0) return
    audit.insertAudit(db, entry)
  },
  signOutEverywhere(db: Db, sub: string, now: number, entry: AuditEntry): string[] {
    const devices = all(
      db,
      `UPDATE devices SET revoked_at = @now WHERE sub = @sub AND kind = 'pages' AND revoked_at IS NULL RETURNING device_id`,
      { sub, now },
    )
    run(db, 'DELETE FROM web_sessions WHERE sub = @sub', { sub })
    const released = devices.flatMap(({ device_id }) => releaseClaims(db, 'claim_device_id', device_id as string))
    audit.insertAudit(db, entry)
    return released
  },
  setChallenge(db: Db, token_hash: string, challenge: string, expires_at: number): void {
    run(
      db,
      'UPDATE web_sessions SET challenge = @challenge, challenge_expires_at = @expires_at WHERE token_hash = @token_hash',
      { token_hash, challenge, expires_at },
    )
  },
}
