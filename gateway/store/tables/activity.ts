/** The audit trail as an account may read it: its own rows of the kinds that say something to a person. Never writes. */
import { all, type Db, first, reader } from '../database.ts'
import type { ActivityRow } from '../rows.ts'
import type { ActivityQuery } from '../store.ts'

const row = reader<ActivityRow>(['detail'], ['signed_in'])

export const reads = {
  activity: (
    db: Db,
    sub: string,
    types: readonly string[],
    { session_id, up_to, skip, limit, now }: ActivityQuery,
  ): ActivityRow[] =>
    all(
      db,
      `SELECT audit.type, audit.at, audit.session_id, audit.client_id, audit.device_id, audit.detail,
         clients.name AS site, devices.name AS device_name,
         EXISTS (SELECT 1 FROM sign_ins WHERE sign_ins.session_id = audit.session_id AND sign_ins.sub = @sub
                   AND ended_at IS NULL AND expires_at > @now)
           OR EXISTS (SELECT 1 FROM sessions WHERE sessions.session_id = audit.session_id AND claim_sub = @sub
                   AND state = 'approved' AND expires_at > @now) AS signed_in
       FROM audit
         LEFT JOIN clients ON clients.client_id = audit.client_id
         LEFT JOIN devices ON devices.device_id = audit.device_id AND devices.sub = @sub
       WHERE audit.sub = @sub AND audit.at <= @up_to AND (@session_id IS NULL OR audit.session_id = @session_id)
         AND audit.type IN (SELECT value FROM json_each(@types))
         -- An answer to a claim that was not this account's: the rest of the row is about somebody else.
         AND coalesce(audit.detail ->> 'reason', '') <> 'claim_not_found'
       ORDER BY audit.at DESC, audit.audit_id DESC LIMIT @limit OFFSET @skip`,
      { sub, types, session_id, up_to, skip, limit, now },
    ).map((raw) => row(raw)!),

  hasApproved: (db: Db, sub: string, session_id: string): boolean =>
    first(db, `SELECT 1 AS found FROM audit WHERE session_id = @session_id AND sub = @sub AND type = 'approved'`, {
      session_id,
      sub,
    }) !== undefined,
}
