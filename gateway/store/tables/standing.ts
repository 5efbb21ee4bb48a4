/** The one version of all that only an operator changes: clients and signing keys. */
import { type Db, first, run } from '../database.ts'

/** In the transaction of the change. */
export function touchStanding(db: Db): void {
  run(db, `INSERT INTO meta (key, value) VALUES ('standing', '1') ON CONFLICT DO UPDATE SET value = value + 1`)
}

/** Grows with each change; to be compared and nothing else. */
export const standingVersion = (db: Db): unknown => first(db, `SELECT value FROM meta WHERE key = 'standing'`)?.value
