/** Access tokens and the keys that sign id_tokens. */
import { all, type Db, first, insert, reader, run } from '../database.ts'
import type { AuditEntry, SigningKeyRow, TokenRow } from '../rows.ts'
import { writes as audit } from './audit.ts'

const token = reader<TokenRow>([])
const signing_key = reader<SigningKeyRow>(['private_key'])

export const reads = {
  findToken: (db: Db, token_hash: string) =>
    token(first(db, 'SELECT * FROM tokens WHERE token_hash = @token_hash', { token_hash })),
  signingKeys: (db: Db) =>
    all(db, 'SELECT * FROM signing_keys ORDER BY signs_from, kid').map((row) => signing_key(row)!),
}

export const writes = {
  replaceTokens(db: Db, session_id: string, row: TokenRow, entry: AuditEntry): void {
    writes.revokeTokens(db, session_id, row.issued_at, entry)
    insert(db, 'tokens', row)
  },
  revokeTokens(db: Db, session_id: string, now: number, entry: AuditEntry): number {
    const revoked = run(
      db,
      'UPDATE tokens SET revoked_at = @now WHERE session_id = @session_id AND revoked_at IS NULL',
      {
        session_id,
        now,
      },
    )
    if (revoked > 0) audit.insertAudit(db, entry)
    return revoked
  },
  ensureSigningKey(db: Db, key: SigningKeyRow): void {
    if (!first(db, 'SELECT 1 AS there FROM signing_keys WHERE alg = @alg', { alg: key.alg }))
      insert(db, 'signing_keys', key)
  },
  rotateSigningKey(db: Db, key: SigningKeyRow, retired: number): void {
    run(db, 'DELETE FROM signing_keys WHERE signs_until < @retired', { retired })
    run(db, 'UPDATE signing_keys SET signs_until = @signs_from WHERE alg = @alg AND signs_until IS NULL', {
      alg: key.alg,
      signs_from: key.signs_from,
    })
    insert(db, 'signing_keys', key)
  },
}
