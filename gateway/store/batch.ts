/**
 * Commits together: the bodies that are waiting run in one transaction and share one fsync. A body that throws undoes only
 * itself; a commit that fails undoes all.
 */
import type { Db } from './database.ts'
import { lookAgain } from './tables/audit.ts'
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

const bodyOf = ({ name, args }: Write): ((db: Db) => unknown) => {
  const body = writes[name] as (db: Db, ...args: unknown[]) => unknown
  return (db) => body(db, ...args)
}

/** Savepoints cost a copy of each page that is touched, and bodies hardly ever throw: they are taken once one has. */
function commit(db: Db, batch: Write[]): Outcome[] {
  let stopped_by_body = false
  const runAll = (): Outcome[] =>
    batch.map((write) => {
      try {
        return { ok: true, value: bodyOf(write)(db) }
      } catch (error) {
        // Else SQLite has rolled the whole transaction back by itself (disk full, I/O error), and nothing may be tried again.
        stopped_by_body = db.inTransaction
        throw error
      }
    })
  try {
    return db.transaction(runAll).immediate()
  } catch (error) {
    if (!stopped_by_body || batch.length === 1) return batch.map(() => failed(error))
    takeTouched(db)
    lookAgain(db)
    return commitEach(db, batch)
  }
}

function commitEach(db: Db, batch: Write[]): Outcome[] {
  try {
    return db
      .transaction(() =>
        batch.map((write): Outcome => {
          const body = bodyOf(write)
          try {
            return { ok: true, value: db.transaction(() => body(db))() }
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
