/** Passkeys and the challenges that are open for them. Whether an assertion is good is not known here. */
import { all, type Db, first, insert, reader, run } from '../database.ts'
import type { AuditEntry, PasskeyChallengeRow, PasskeyRow } from '../rows.ts'
import { writes as audit } from './audit.ts'

/** The most passkeys an account can have. */
const MOST_PASSKEYS = 20

const passkey = reader<PasskeyRow>(['transports'])

/** A counter that has been this far already says that somebody has a copy (WebAuthn §6.1.1); some never count. */
export const COUNTS_ON = '(sign_count < @sign_count OR (sign_count = 0 AND @sign_count = 0))'

export const reads = {
  findPasskey: (db: Db, passkey_id: string) =>
    passkey(first(db, 'SELECT * FROM passkeys WHERE passkey_id = @passkey_id', { passkey_id })),
  listPasskeys: (db: Db, sub: string) =>
    all(db, 'SELECT * FROM passkeys WHERE sub = @sub ORDER BY created_at, passkey_id', { sub }).map(
      (row) => passkey(row)!,
    ),
  canUsePasskey: (db: Db, passkey_id: string, sign_count: number): boolean =>
    first(db, `SELECT 1 AS found FROM passkeys WHERE passkey_id = @passkey_id AND ${COUNTS_ON}`, {
      passkey_id,
      sign_count,
    }) !== undefined,
}

export function usePasskey(db: Db, passkey_id: string, sign_count: number, now: number): boolean {
  const used = run(
    db,
    `UPDATE passkeys SET sign_count = @sign_count, last_used_at = @now
     WHERE passkey_id = @passkey_id AND ${COUNTS_ON}`,
    { passkey_id, sign_count, now },
  )
  return used === 1
}

export const writes = {
  usePasskey,
  insertPasskeyChallenge(db: Db, row: PasskeyChallengeRow): void {
    insert(db, 'passkey_challenges', row)
  },
  takePasskeyChallenge(
    db: Db,
    { challenge_hash, purpose, holder }: Omit<PasskeyChallengeRow, 'expires_at'>,
    now: number,
  ): boolean {
    const taken = run(
      db,
      `DELETE FROM passkey_challenges WHERE challenge_hash = @challenge_hash AND purpose = @purpose AND holder = @holder
         AND expires_at > @now`,
      { challenge_hash, purpose, holder, now },
    )
    return taken === 1
  },
  insertPasskey(db: Db, row: PasskeyRow, entry: AuditEntry): 'added' | 'known' | 'too_many_passkeys' {
    if (reads.findPasskey(db, row.passkey_id)) return 'known'
    if (reads.listPasskeys(db, row.sub).length >= MOST_PASSKEYS) return 'too_many_passkeys'
    insert(db, 'passkeys', row)
    audit.insertAudit(db, entry)
    return 'added'
  },
  renamePasskey(db: Db, passkey_id: string, sub: string, name: string, entry: AuditEntry): PasskeyRow | null {
    const renamed = passkey(
      first(db, 'UPDATE passkeys SET name = @name WHERE passkey_id = @passkey_id AND sub = @sub RETURNING *', {
        passkey_id,
        sub,
        name,
      }),
    )
    if (renamed) audit.insertAudit(db, entry)
    return renamed
  },
  removePasskey(db: Db, passkey_id: string, sub: string, entry: AuditEntry): 'removed' | 'unknown' | 'last_factor' {
    const all_of_it = reads.listPasskeys(db, sub)
    if (!all_of_it.some((one) => one.passkey_id === passkey_id)) return 'unknown'
    const with_password = first(db, 'SELECT 1 AS found FROM accounts WHERE sub = @sub AND password_hash IS NOT NULL', {
      sub,
    })
    if (!with_password && all_of_it.length === 1) return 'last_factor'
    run(db, 'DELETE FROM passkeys WHERE passkey_id = @passkey_id', { passkey_id })
    audit.insertAudit(db, entry)
    return 'removed'
  },
}
