/**
 * Passwords: hashed and compared, byte for byte, as many at once as there are cores. The one door to argon2. Does not
 * know whose they are, and counts no failures.
 */
import { availableParallelism } from 'node:os'
import { hash as argon2, verify as argon2Verify, type Options } from '@node-rs/argon2'
import { NodError } from './error.ts'
import { randomSecret } from './secrets.ts'

/** argon2id (the library's default) with 19 MiB, two passes, one lane: OWASP's floor. */
const COST: Options = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 }

/** Bytes of UTF-8. Nothing is normalised or trimmed, so what was typed is what counts. */
const LEAST_BYTES = 8
const MOST_BYTES = 1024

/** Sign-ins that may wait for a core; one more, and somebody is told to come back. */
const MOST_WAITING = 32

/** Who waits: a network, or a device that was let in before. */
export interface Waiter {
  key: string
  known: boolean
}

const NOBODY: Waiter = { key: '', known: false }

/** Whether a new account may have it. */
export const isAllowedPassword = (password: string): boolean =>
  isReadablePassword(password) && Buffer.byteLength(password) >= LEAST_BYTES

/** Whether it is worth hashing at all; half a surrogate pair has no bytes of its own and would equal another half. */
export const isReadablePassword = (password: string): boolean =>
  password.length <= MOST_BYTES && password.isWellFormed() && Buffer.byteLength(password) <= MOST_BYTES

export type Passwords = ReturnType<typeof createPasswords>

export function createPasswords(at_once = availableParallelism()) {
  const turn = takeTurns(at_once)
  // Compared with where there is no hash, so that a name nobody has takes as long as one that somebody has.
  const nobody = argon2(randomSecret(), COST)

  return {
    /** A PHC string. Throws `temporarily_unavailable` when too many wait. */
    hash: (password: string, by = NOBODY): Promise<string> => turn(by, () => argon2(Buffer.from(password), COST)),

    /** `password_hash` null: takes its time and says no. Throws `temporarily_unavailable` when too many wait. */
    matches: (password_hash: string | null, password: string, by = NOBODY): Promise<boolean> =>
      turn(by, async () => {
        const same = await argon2Verify(password_hash ?? (await nobody), Buffer.from(password))
        return same && password_hash !== null
      }),
  }
}

interface Waiting {
  by: Waiter
  go(): void
  refuse(cause: NodError): void
}

/** Runs at most `at_once` at a time, first come first served. */
function takeTurns(at_once: number) {
  const waiting: Waiting[] = []
  let running = 0
  return async <T>(by: Waiter, work: () => Promise<T>): Promise<T> => {
    if (running >= at_once) {
      const place = waiting.length < MOST_WAITING ? -1 : placeFor(by, waiting)
      if (place === null) throw full()
      if (place >= 0) for (const { refuse } of waiting.splice(place, 1)) refuse(full())
      await new Promise<void>((go, refuse) => waiting.push({ by, go, refuse }))
    } else {
      running += 1
    }
    try {
      return await work()
    } finally {
      // A place is handed on, not given back: nobody who comes later can slip in between.
      const next = waiting.shift()
      if (next) next.go()
      else running -= 1
    }
  }
}

const full = () => new NodError('temporarily_unavailable', { detail: 'passwords: queue full' })

/**
 * Whose place somebody gets when all are taken: the last of who has most of them, else that of somebody unknown for a
 * device that is known. So one who keeps the queue full keeps nobody else out of it. Null: nobody's.
 */
function placeFor(by: Waiter, waiting: readonly Waiting[]): number | null {
  const places = (key: string) => waiting.filter((one) => one.by.key === key).length
  const most = waiting.reduce((one, other) => (places(other.by.key) > places(one.by.key) ? other : one))
  if (places(most.by.key) > places(by.key) + 1) return waiting.findLastIndex((one) => one.by.key === most.by.key)
  const unknown = by.known ? waiting.findLastIndex((one) => !one.by.known) : -1
  return unknown === -1 ? null : unknown
}
