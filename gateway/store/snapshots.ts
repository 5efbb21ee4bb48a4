/**
 * The reading connection. Reads of one turn of the event loop share a snapshot, since taking one costs more than most reads
 * do. It ends with the turn, and before any write is acknowledged: who was told of a write can read it. While the log is
 * moved each read is by itself, as a snapshot at every moment would not let the log begin anew.
 */
import { type Db, openDatabase } from './database.ts'

export function openSnapshots(file: string, moving: Int32Array) {
  const db = openDatabase(file, 'read')
  const begin = db.prepare('BEGIN')
  const end = db.prepare('COMMIT')
  const renew = (): void => {
    if (db.inTransaction) end.run()
  }
  return {
    /** For one read, right now. */
    current(): Db {
      if (!db.inTransaction && Atomics.load(moving, 0) === 0) {
        begin.run()
        setImmediate(renew)
      }
      return db
    },
    /** The next read sees all that is committed by then. */
    renew,
    close(): void {
      renew()
      db.close()
    },
  }
}
