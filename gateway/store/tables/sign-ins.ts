/** Sign-ins at sites, their end, and the sites that are still to be told of it. */
import { all, type Db, first, reader, run } from '../database.ts'
import type { AuditEntry, ListedSignInRow, LogoutNoticeRow, SignInRow } from '../rows.ts'
import type { SignInQuery } from '../store.ts'
import { writes as audit } from './audit.ts'

const sign_in = reader<SignInRow>(['amr'])
const notice = reader<LogoutNoticeRow>([])
const listed = reader<ListedSignInRow>(['page'])

const IS_RECORDED = (type: string): string =>
  `EXISTS (SELECT 1 FROM audit WHERE audit.session_id = sign_ins.session_id AND audit.type = '${type}')`

export const reads = {
  findSignIn: (db: Db, session_id: string) =>
    sign_in(first(db, 'SELECT * FROM sign_ins WHERE session_id = @session_id', { session_id })),
  findSignInBySid: (db: Db, sid: string) => sign_in(first(db, 'SELECT * FROM sign_ins WHERE sid = @sid', { sid })),
  // Where it came from is asked of the audit trail, since the session itself is pruned after an hour.
  listSignIns: (db: Db, sub: string, query: SignInQuery): ListedSignInRow[] =>
    all(
      db,
      `SELECT sign_ins.session_id, sign_ins.client_id, signed_in_at, ended_at, clients.name AS site,
         devices.name AS device_name, approval.detail AS page,
         CASE WHEN ended_at IS NULL OR ${IS_RECORDED('logged_out')} THEN NULL
           WHEN EXISTS (SELECT 1 FROM logout_notices WHERE logout_notices.session_id = sign_ins.session_id) THEN 'under_way'
           WHEN ${IS_RECORDED('site_told_of_logout')} THEN 'told'
           WHEN ${IS_RECORDED('site_not_told_of_logout')} THEN 'not_told'
           ELSE 'cannot_be_told' END AS notice
       FROM sign_ins
         JOIN audit AS approval
           ON approval.session_id = sign_ins.session_id AND approval.type = 'approved' AND approval.sub = @sub
         LEFT JOIN clients ON clients.client_id = sign_ins.client_id
         LEFT JOIN devices ON devices.device_id = approval.device_id AND devices.sub = @sub
       WHERE sign_ins.sub = @sub AND expires_at > @now AND (ended_at IS NULL OR ended_at > @ended_since)
         AND signed_in_at <= @up_to
       ORDER BY signed_in_at DESC, sign_ins.session_id LIMIT @limit OFFSET @skip`,
      { sub, ...query },
    ).map((raw) => listed(raw)!),
  dueLogoutNotices: (db: Db, now: number, limit: number) =>
    all(db, 'SELECT * FROM logout_notices WHERE due_at <= @now ORDER BY due_at, session_id LIMIT @limit', {
      now,
      limit,
    }).map((row) => notice(row)!),
}

/**
 * The open sign-ins of a session or of an account end, and their tokens with them. `tell`: those of their sites that gave
 * an address for it are put on the list in the same transaction, so that no crash can forget one. Returns how many ended.
 */
export function endSignIns(
  db: Db,
  column: 'session_id' | 'sub',
  value: string,
  now: number,
  { tell }: { tell: boolean },
): number {
  if (tell) {
    run(
      db,
      `INSERT OR IGNORE INTO logout_notices (session_id, client_id, sub, sid, attempts, due_at)
       SELECT session_id, client_id, sub, sid, 0, @now FROM sign_ins JOIN clients USING (client_id)
       WHERE ${column} = @value AND ended_at IS NULL AND backchannel_logout_uri IS NOT NULL`,
      { value, now },
    )
  }
  run(db, `UPDATE tokens SET revoked_at = @now WHERE ${column} = @value AND revoked_at IS NULL`, { value, now })
  return run(db, `UPDATE sign_ins SET ended_at = @now WHERE ${column} = @value AND ended_at IS NULL`, { value, now })
}

export const writes = {
  endSignIn(
    db: Db,
    session_id: string,
    { now, tell, only_sub }: { now: number; tell: boolean; only_sub: string | null },
    entry: AuditEntry,
  ): boolean {
    const found = reads.findSignIn(db, session_id)
    if (!found || (only_sub !== null && found.sub !== only_sub)) return false
    const { sub, client_id } = found
    if (endSignIns(db, 'session_id', session_id, now, { tell }) > 0)
      audit.insertAudit(db, { ...entry, session_id, sub, client_id })
    return true
  },
  postponeLogoutNotice(db: Db, session_id: string, due_at: number): void {
    run(db, 'UPDATE logout_notices SET attempts = attempts + 1, due_at = @due_at WHERE session_id = @session_id', {
      session_id,
      due_at,
    })
  },
  removeLogoutNotice(db: Db, session_id: string, entry: AuditEntry | null): void {
    const removed = run(db, 'DELETE FROM logout_notices WHERE session_id = @session_id', { session_id })
    if (removed > 0 && entry) audit.insertAudit(db, entry)
  },
}
