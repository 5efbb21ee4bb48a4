/** The audit trail and the pruning of what nobody can ask for any more. */
import { type Db, first, insert, run } from '../database.ts'
import type { AuditEntry } from '../rows.ts'
import { touchInbox } from './inbox.ts'

/** What happened on an account can be read for so long: longer than any sign-in that came of it lasts. */
const AUDIT_SECONDS = 400 * 86_400

/** By connection: the writer's own commits do not move its `data_version`, everybody else's do. */
const seen_versions = new WeakMap<Db, unknown>()

/** What a body has looked at that was undone is looked at again: a wake-up too many shows nobody anything. */
export const lookAgain = (db: Db): void => {
  seen_versions.delete(db)
}

export const reads = {
  presentations(db: Db, session_id: string): { accounts: number; times: number } {
    const counted = first(
      db,
      `SELECT count(DISTINCT sub) AS accounts, count(*) FILTER (WHERE type = 'code_presented_again') AS times FROM audit
       WHERE session_id = @session_id AND type IN ('claimed', 'code_presented_again', 'relayed_code_refused')`,
      { session_id },
    )!
    return { accounts: counted.accounts as number, times: counted.times as number }
  },
}

export const writes = {
  changedElsewhere(db: Db): boolean {
    const version = db.pragma('data_version', { simple: true })
    const seen = seen_versions.get(db)
    seen_versions.set(db, version)
    return seen !== version
  },

  insertAudit(db: Db, entry: AuditEntry): void {
    insert(db, 'audit', {
      sub: null,
      session_id: null,
      client_id: null,
      device_id: null,
      ...entry,
      detail: entry.detail ?? {},
    })
    // Whatever an account can see of itself is on its record, so who watches the account hears of it by this alone.
    if (entry.sub) touchInbox(db, entry.sub)
  },

  probe(db: Db): void {
    run(db, `INSERT INTO meta (key, value) VALUES ('probe', '1') ON CONFLICT DO UPDATE SET value = value + 1`)
  },

  prune(db: Db, now: number, limit: number): number {
    const hour_ago = now - 3600
    const long_ago = now - AUDIT_SECONDS
    const gone = [
      // Only the oldest are looked at: none of the record has to be searched for what is too old.
      ['audit', 'audit_id', 'audit_id <= (SELECT min(audit_id) FROM audit) + @limit AND at < @long_ago'],
      ['known_pages', 'rowid', 'seen_at < @long_ago'],
      ['used_jtis', 'jti', 'expires_at < @now'],
      ['passkey_challenges', 'challenge_hash', 'expires_at < @now'],
      ['pushed_requests', 'request_hash', 'expires_at < @now'],
      ['invites', 'token_hash', 'expires_at < @now'],
      ['links', 'link_id', 'expires_at < @hour_ago'],
      ['sign_ins', 'session_id', 'expires_at < @now'],
      ['web_sessions', 'token_hash', 'expires_at < @now'],
      ['tokens', 'token_hash', 'expires_at < @hour_ago'],
      // A finished session answers repeated decisions and redemptions for an hour; then its audit rows remain.
      [
        'sessions',
        'session_id',
        `created_at < @hour_ago AND expires_at < @hour_ago AND state NOT IN ('pending', 'claimed', 'approved')`,
      ],
    ]
    return gone.reduce(
      (sum, [table, key, over]) =>
        sum +
        run(db, `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${over} LIMIT @limit)`, {
          now,
          hour_ago,
          long_ago,
          limit,
        }),
      0,
    )
  },
}
