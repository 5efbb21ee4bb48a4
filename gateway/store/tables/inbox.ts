/**
 * The one version of all that an account sees of itself: its open claims, its record, devices, passkeys, sign-ins. It grows
 * in the transaction of the change; whose has grown is handed on once that is committed.
 */
import { type Db, run } from '../database.ts'

/** By connection: the accounts whose version has grown since this was last asked. */
const touched = new WeakMap<Db, Set<string>>()

export function touchInbox(db: Db, sub: string): void {
  run(db, 'UPDATE accounts SET inbox_version = inbox_version + 1 WHERE sub = @sub', { sub })
  const subs = touched.get(db) ?? new Set()
  touched.set(db, subs.add(sub))
}

/** Those of a body that was undone may be among them: a wake-up too many shows nobody anything. */
export function takeTouched(db: Db): string[] {
  const subs = [...(touched.get(db) ?? [])]
  touched.delete(db)
  return subs
}
