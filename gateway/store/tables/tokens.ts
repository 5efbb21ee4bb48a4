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
  revokeTokens(db: Db, session_id: string, now: number, entry: AuditEntry): number {
    const revoked = run(
      db,
      'UPDATE tokens SET revoked_at = @now WHERE session_id = @session_id AND revoked_at IS NULL',
      {
        session_id,
        now,
      },
    )
    audit.insertAudit(db, entry)
    return revoked
  },
  insertSigningKey(db: Db, key: SigningKeyRow): void {
    insert(db, 'signing_keys', key)
  },
}
