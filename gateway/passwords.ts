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

/** Sign-ins that may wait for a core; the next one is told to come back. */
const MOST_WAITING = 32

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
    hash: (password: string): Promise<string> => turn(() => argon2(Buffer.from(password), COST)),

    /** `password_hash` null: takes its time and says no. Throws `temporarily_unavailable` when too many wait. */
    matches: (password_hash: string | null, password: string): Promise<boolean> =>
      turn(async () => {
        const same = await argon2Verify(password_hash ?? (await nobody), Buffer.from(password))
        return same && password_hash !== null
      }),
  }
}

/** Runs at most `at_once` at a time, first come first served. */
function takeTurns(at_once: number) {
  const waiting: (() => void)[] = []
  let running = 0
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= at_once) {
      if (waiting.length >= MOST_WAITING)
        throw new NodError('temporarily_unavailable', { detail: 'passwords: queue full' })
      await new Promise<void>((go) => waiting.push(go))
    } else {
      running += 1
    }
    try {
      return await work()
    } finally {
      // A place is handed on, not given back: nobody who comes later can slip in between.
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}
