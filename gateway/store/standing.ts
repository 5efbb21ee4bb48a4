/**
 * Answers that change only when an operator does something: clients and signing keys. Every sign-in asks for them several
 * times, so they are kept until they may have changed, by this process or, as a look at the file tells, by another.
 */
import type { Outcome, Write } from './batch.ts'
import type { ReadName, WriteName } from './tables.ts'

const KEPT: ReadonlySet<ReadName> = new Set(['findClient', 'otherOrigins', 'signingKeys'])

const CHANGES: ReadonlySet<WriteName> = new Set([
  'insertClient',
  'updateClient',
  'removeClient',
  'ensureSigningKey',
  'rotateSigningKey',
])

export function keepStanding() {
  const kept = new Map<string, unknown>()
  return {
    /** What `read` gives, or has given. Nothing is kept of what is not there: anybody can ask for that. */
    answer(name: ReadName, args: readonly unknown[], read: () => unknown): unknown {
      if (!KEPT.has(name)) return read()
      const key = `${name} ${args.join(' ')}`
      const known = kept.get(key)
      if (known !== undefined) return known
      const value = read()
      if (value !== null) kept.set(key, Object.freeze(value))
      return value
    },
    /** After a commit, before it is acknowledged. */
    renew(batch: readonly Write[], outcomes: readonly Outcome[]): void {
      const changed = batch.some(({ name }, i) => {
        const outcome = outcomes[i]!
        return CHANGES.has(name) || (name === 'changedElsewhere' && outcome.ok && outcome.value === true)
      })
      if (changed) kept.clear()
    },
  }
}
