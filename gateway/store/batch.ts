/**
 * Commits together: the bodies that are waiting run in one transaction, each in its savepoint, and share one fsync. A
 * body that throws undoes only itself; a commit that fails undoes all.
 */
import type { Db } from './database.ts'
import { takeTouched } from './tables/inbox.ts'
import { type WriteName, writes } from './tables.ts'

export interface Write {
  name: WriteName
  args: unknown[]
}

/** How one write ended; errors travel as data, since this crosses threads. */
export type Outcome = { ok: true; value: unknown } | { ok: false; code: string; message: string }

const failed = (error: unknown): Outcome => ({
  ok: false,
  code: (error as { code?: string }).code ?? 'ERROR',
  message: error instanceof Error ? error.message : String(error),
})

export interface Committed {
  outcomes: Outcome[]
  /** Accounts with something new to see. */
  touched: string[]
}

export const commitTogether = (db: Db, batch: Write[]): Committed => ({
  outcomes: commit(db, batch),
  touched: takeTouched(db),
})

function commit(db: Db, batch: Write[]): Outcome[] {
  try {
    return db
      .transaction(() =>
        batch.map(({ name, args }): Outcome => {
          const body = writes[name] as (db: Db, ...args: unknown[]) => unknown
          try {
            return { ok: true, value: db.transaction(() => body(db, ...args))() }
          } catch (error) {
            // SQLite has rolled the whole transaction back by itself (disk full, I/O error): nothing here can stand.
            if (!db.inTransaction) throw error
            return failed(error)
          }
        }),
      )
      .immediate()
  } catch (error) {
    return batch.map(() => failed(error))
  }
}
