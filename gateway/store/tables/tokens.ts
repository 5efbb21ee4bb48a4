/** Access and refresh tokens, and the keys that sign id_tokens. */
import { all, type Db, first, insert, reader, run } from '../database.ts'
import type { AuditEntry, SigningKeyRow, TokenRow } from '../rows.ts'
import { writes as audit } from './audit.ts'
import { touchStanding } from './standing.ts'

const token = reader<TokenRow>([])
const signing_key = reader<SigningKeyRow>(['private_key'])

export const reads = {
  findToken: (db: Db, token_hash: string) =>
    token(first(db, 'SELECT * FROM tokens WHERE token_hash = @token_hash', { token_hash })),
  signingKeys: (db: Db) =>
    all(db, 'SELECT * FROM signing_keys ORDER BY signs_from, kid').map((row) => signing_key(row)!),
}

export const writes = {
  replaceTokens(db: Db, session_id: string, rows: TokenRow[], now: number, entry: AuditEntry): boolean {
    const open = first(db, 'SELECT 1 AS open FROM sign_ins WHERE session_id = @session_id AND ended_at IS NULL', {
      session_id,
    })
    if (!open) return false
    writes.revokeTokens(db, session_id, now, entry)
    for (const row of rows) insert(db, 'tokens', row)
    return true
  },
  rotateToken(db: Db, token_hash: string, rows: TokenRow[], now: number): boolean {
    const spent = run(
      db,
      `UPDATE tokens SET revoked_at = @now
       WHERE token_hash = @token_hash AND kind = 'refresh' AND revoked_at IS NULL AND expires_at > @now`,
      { token_hash, now },
    )
    if (spent === 0) return false
    for (const row of rows) insert(db, 'tokens', row)
    return true
  },
  revokeToken(db: Db, token_hash: string, now: number): void {
    run(db, 'UPDATE tokens SET revoked_at = @now WHERE token_hash = @token_hash AND revoked_at IS NULL', {
      token_hash,
      now,
    })
  },
  revokeTokens(db: Db, session_id: string, now: number, entry: AuditEntry): number {
    const revoked = run(
      db,
      'UPDATE tokens SET revoked_at = @now WHERE session_id = @session_id AND revoked_at IS NULL',
      { session_id, now },
    )
    if (revoked > 0) audit.insertAudit(db, entry)
    return revoked
  },
  takeJti: (db: Db, jti: string, expires_at: number): boolean =>
    run(db, 'INSERT OR IGNORE INTO used_jtis (jti, expires_at) VALUES (@jti, @expires_at)', { jti, expires_at }) === 1,
  ensureSigningKey(db: Db, key: SigningKeyRow): void {
    if (first(db, 'SELECT 1 AS there FROM signing_keys WHERE alg = @alg', { alg: key.alg })) return
    insert(db, 'signing_keys', key)
    touchStanding(db)
  },
  rotateSigningKey(db: Db, key: SigningKeyRow, retired: number): void {
    run(db, 'DELETE FROM signing_keys WHERE signs_until < @retired', { retired })
    run(db, 'UPDATE signing_keys SET signs_until = @signs_from WHERE alg = @alg AND signs_until IS NULL', {
      alg: key.alg,
      signs_from: key.signs_from,
    })
    insert(db, 'signing_keys', key)
    touchStanding(db)
  },
}
