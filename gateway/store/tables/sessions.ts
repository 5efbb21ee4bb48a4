/** Sessions with their claims and decisions. Here the database says who won a race between two moves. */
import { ENDED_TYPES } from '../../../shared/protocol/messages.ts'
import { all, type Db, first, insert, reader, run } from '../database.ts'
import type { AuditEntry, EndedClaimRow, SessionRow } from '../rows.ts'
import type { Move } from '../store.ts'
import { writes as audit } from './audit.ts'
import { touchInbox } from './inbox.ts'
import { knowPage } from './known-pages.ts'
import { COUNTS_ON, usePasskey } from './passkeys.ts'

const session = reader<SessionRow>(['authorization', 'page', 'request'])
const ended = reader<EndedClaimRow>([])

const find = (db: Db, where: string, value: string) =>
  session(first(db, `SELECT * FROM sessions WHERE ${where} = @value`, { value }))

export const reads = {
  findSession: (db: Db, session_id: string) => find(db, 'session_id', session_id),
  findSessionByClaim: (db: Db, claim_id: string) => find(db, 'claim_id', claim_id),
  findSessionByCode: (db: Db, code_hash: string) => find(db, 'code_hash', code_hash),
  findSessionByDeviceCode: (db: Db, device_code_hash: string) => find(db, 'device_code_hash', device_code_hash),
  findSessionByUserCode: (db: Db, user_code_hash: string) =>
    find(db, `state IN ('pending', 'claimed') AND user_code_hash`, user_code_hash),

  dueSessions: (db: Db, now: number, limit: number): string[] =>
    all(
      db,
      // Each half by an index that holds open sessions only; a UNION that removes doubles would read the whole table.
      `SELECT session_id FROM (SELECT session_id FROM sessions
           WHERE state IN ('pending', 'claimed', 'approved') AND expires_at <= @now ORDER BY expires_at LIMIT @limit)
       UNION ALL SELECT session_id FROM (SELECT session_id FROM sessions
           WHERE state = 'claimed' AND lease_ends_at <= @now AND expires_at > @now ORDER BY lease_ends_at LIMIT @limit)`,
      { now, limit },
    ).map((row) => row.session_id as string),

  inbox(db: Db, sub: string) {
    const account = first(db, 'SELECT inbox_version FROM accounts WHERE sub = @sub', { sub })
    if (!account) return null
    const claimed = all(db, `SELECT * FROM sessions WHERE claim_sub = @sub AND state = 'claimed' ORDER BY created_at`, {
      sub,
    })
    return { version: account.inbox_version as number, claimed: claimed.map((row) => session(row)!) }
  },

  // Only among the account's last entries: this is asked with every look at its inbox.
  endedClaims: (db: Db, sub: string, since: number): EndedClaimRow[] =>
    all(
      db,
      `SELECT type, at, session_id, devices.device_id, devices.name AS device_name
       FROM (SELECT * FROM audit WHERE sub = @sub ORDER BY at DESC, audit_id DESC LIMIT 50) AS last
         LEFT JOIN devices ON devices.device_id = last.device_id AND devices.sub = @sub
       WHERE at > @since AND type IN (SELECT value FROM json_each(@types)) ORDER BY audit_id DESC LIMIT 20`,
      { sub, since, types: ENDED_TYPES },
    ).map((row) => ended(row)!),
}

export const writes = {
  insertSession(db: Db, row: SessionRow): void {
    insert(db, 'sessions', row)
  },

  moveSession(db: Db, move: Move): SessionRow | null {
    const before = first(db, 'SELECT claim_sub FROM sessions WHERE session_id = @session_id', {
      session_id: move.session_id,
    })
    const end = move.change.state === 'expired' ? '<=' : '>'
    const assignments = Object.keys(move.change).map((column) => `${column} = @${column}`)
    const moved = session(
      first(
        db,
        `UPDATE sessions SET ${assignments.join(', ')}
         WHERE session_id = @session_id AND state = @from_state AND version = @from_version AND expires_at ${end} @now
           AND (@by_device IS NULL OR EXISTS (SELECT 1 FROM devices WHERE device_id = @by_device AND revoked_at IS NULL))
           AND (@by_passkey IS NULL OR EXISTS (SELECT 1 FROM passkeys WHERE passkey_id = @by_passkey AND ${COUNTS_ON}))
         RETURNING *`,
        {
          ...move.change,
          session_id: move.session_id,
          from_state: move.from.state,
          from_version: move.from.version,
          now: move.now,
          by_device: move.by_device,
          by_passkey: move.passkey?.passkey_id,
          sign_count: move.passkey?.sign_count,
        },
      ),
    )
    if (!moved) return null
    const sub = moved.claim_sub ?? (before?.claim_sub as string | null | undefined)
    if (sub && move.change.state && move.audit?.sub !== sub) touchInbox(db, sub)
    if (move.audit) audit.insertAudit(db, move.audit)
    if (sub && move.audit?.type === 'approved') knowPage(db, sub, moved.page, move.now)
    for (const token of move.tokens ?? []) insert(db, 'tokens', token)
    if (move.passkey) usePasskey(db, move.passkey.passkey_id, move.passkey.sign_count, move.now)
    if (move.sign_in) insert(db, 'sign_ins', move.sign_in)
    return moved
  },

  vouchSession(db: Db, session_id: string, device_id: string, entry: AuditEntry): boolean {
    const vouched = run(
      db,
      `UPDATE sessions SET vouched_by = @device_id
       WHERE session_id = @session_id AND state = 'pending' AND vouched_by IS NULL`,
      { session_id, device_id },
    )
    if (vouched === 1) audit.insertAudit(db, entry)
    const found = first(db, 'SELECT vouched_by FROM sessions WHERE session_id = @session_id', { session_id })
    return found?.vouched_by === device_id
  },

  countCodeFailure(db: Db, session_id: string, most: number): number {
    const counted = first(
      db,
      `UPDATE sessions SET code_failures = code_failures + 1,
         code_hash = CASE WHEN code_failures + 1 >= @most THEN NULL ELSE code_hash END
       WHERE session_id = @session_id RETURNING code_failures`,
      { session_id, most },
    )
    return (counted?.code_failures as number | undefined) ?? most
  },
}

/** Open claims of a device or an account fall back to pending. Returns the ids of their sessions. */
export function releaseClaims(db: Db, column: 'claim_device_id' | 'claim_sub', value: string): string[] {
  const released = all(
    db,
    `UPDATE sessions SET state = 'pending', version = version + 1, claim_id = NULL, claim_sub = NULL, claim_device_id = NULL,
       lease_ends_at = NULL, match_number = NULL, request = NULL WHERE state = 'claimed' AND ${column} = @value RETURNING session_id`,
    { value },
  )
  return released.map((row) => row.session_id as string)
}
