/**
 * Moves what the write-ahead log holds into the database file, so that the log stays short. Done by the writer after it
 * has answered, and not by SQLite within a commit: nobody waits for it, and an fsync that fails is not kept quiet.
 */
import { type Db, first } from './database.ts'

/** Pages of new log that are worth the move: 4 MB. */
const LONG = 1000

/** Milliseconds to wait for a moment at which nobody reads the log, without which it cannot begin anew. */
const PATIENCE = 50

/** Shared by the threads: 1 while the log is moved. Who reads then should do so briefly. */
export const newMoving = (): Int32Array => new Int32Array(new SharedArrayBuffer(4))

/** Gives the function to call after each commit. It throws when the disk has failed, but not when it is full. */
export function checkpoints(db: Db, moving: Int32Array): () => void {
  const patience = db.pragma('busy_timeout', { simple: true })
  let tried_at = 0
  return () => {
    const { log } = first(db, 'PRAGMA wal_checkpoint(NOOP)') as { log: number }
    // The log has begun anew.
    if (log < tried_at) tried_at = 0
    if (log - tried_at < LONG) return
    tried_at = log
    db.pragma(`busy_timeout = ${PATIENCE}`)
    Atomics.store(moving, 0, 1)
    try {
      // As far as readers let it: a backup that reads for longer only delays the rest.
      first(db, 'PRAGMA wal_checkpoint(RESTART)')
    } catch (error) {
      // What could not be moved is still in the log.
      if ((error as { code?: string }).code !== 'SQLITE_FULL') throw error
    } finally {
      Atomics.store(moving, 0, 0)
      db.pragma(`busy_timeout = ${patience}`)
    }
  }
}
