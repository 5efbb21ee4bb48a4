/** What the database's own files say in the end, read without the gateway: the other half of what the checker compares. */
import { all, openDatabase } from '../../gateway/store/database.ts'
import type { AuditEntry, SessionRow, SignInRow, TokenRow } from '../../gateway/store/rows.ts'

export interface Files {
  epoch: string
  sessions: Map<string, SessionRow>
  audit: Map<string, AuditEntry[]>
  tokens: Map<string, TokenRow[]>
  sign_ins: Map<string, SignInRow>
  /** What SQLite's own check says: `ok`. */
  integrity: string
}

/** `file` must be nobody's at the moment: opening it recovers what a crash left behind. */
export function readFiles(file: string): Files {
  const db = openDatabase(file, 'write')
  try {
    const rows = <Row>(sql: string) => all(db, sql) as unknown as Row[]
    const by_session = <Row extends { session_id?: string | null }>(found: Row[]) =>
      Map.groupBy(
        found.filter((row) => row.session_id),
        (row) => row.session_id!,
      )
    const single = <Row extends { session_id: string }>(found: Row[]) =>
      new Map(found.map((row) => [row.session_id, row]))
    return {
      epoch: rows<{ value: string }>(`SELECT value FROM meta WHERE key = 'epoch'`)[0]?.value ?? '',
      sessions: single(rows<SessionRow>('SELECT * FROM sessions')),
      audit: by_session(rows<AuditEntry>('SELECT * FROM audit')),
      tokens: by_session(rows<TokenRow>('SELECT * FROM tokens')),
      sign_ins: single(rows<SignInRow>('SELECT * FROM sign_ins')),
      integrity: rows<{ integrity_check: string }>('PRAGMA integrity_check')
        .map((row) => row.integrity_check)
        .join('; '),
    }
  } finally {
    db.close()
  }
}
