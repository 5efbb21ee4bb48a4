/**
 * Answers that change only when an operator does something: clients and signing keys. Every sign-in asks for them several
 * times, so they are kept for as long as the file says that none has changed, by this process or by another.
 */
import type { Db } from './database.ts'
import { standingVersion } from './tables/standing.ts'
import type { ReadName } from './tables.ts'

const KEPT: ReadonlySet<ReadName> = new Set(['findClient', 'otherOrigins', 'signingKeys'])

export function keepStanding() {
  const kept = new Map<string, unknown>()
  let kept_version: unknown
  /** What `read` gives, or has given. Nothing is kept of what is not there: anybody can ask for that. */
  return function answer(name: ReadName, args: readonly unknown[], db: Db, read: () => unknown): unknown {
    if (!KEPT.has(name)) return read()
    const version = standingVersion(db)
    if (version !== kept_version) kept.clear()
    kept_version = version
    const key = `${name} ${args.join(' ')}`
    const known = kept.get(key)
    if (known !== undefined) return known
    const value = read()
    if (value !== null) kept.set(key, Object.freeze(value))
    return value
  }
}
