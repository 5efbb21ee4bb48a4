/** Invitations: each makes one account and is gone. */
import { type Db, first, insert, reader, run } from '../database.ts'
import type { AccountRow, AuditEntry, InviteRow } from '../rows.ts'
import { reads as accountReads, writes as accountWrites } from './accounts.ts'

const invite = reader<InviteRow>([])

export const reads = {
  hasAccounts: (db: Db): boolean => first(db, 'SELECT 1 AS found FROM accounts LIMIT 1') !== undefined,
  findInvite: (db: Db, token_hash: string, now: number) =>
    invite(
      first(db, 'SELECT * FROM invites WHERE token_hash = @token_hash AND expires_at > @now', { token_hash, now }),
    ),
}

export const writes = {
  insertInvite(db: Db, row: InviteRow): void {
    if (row.kind === 'setup') run(db, `DELETE FROM invites WHERE kind = 'setup'`)
    insert(db, 'invites', row)
  },
  insertInvitedAccount(
    db: Db,
    row: AccountRow,
    { token_hash, now }: { token_hash: string; now: number },
    entry: AuditEntry,
  ): 'inserted' | 'username_taken' | 'invite_over' {
    const found = reads.findInvite(db, token_hash, now)
    if (!found || (found.kind === 'setup' && reads.hasAccounts(db))) return 'invite_over'
    if (accountReads.findAccountByUsername(db, row.username_key)) return 'username_taken'
    run(db, 'DELETE FROM invites WHERE token_hash = @token_hash', { token_hash })
    accountWrites.insertAccount(db, row, entry)
    return 'inserted'
  },
}
