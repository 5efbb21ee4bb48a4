/** A process whose wall clock can be set while it runs, by libfaketime; its monotonic clock goes on as it is. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const LIBRARY = 'faketime/libfaketimeMT.so.1'

/** Where it is; null where it is not installed. */
export function findFaketime(): string | null {
  if (!existsSync('/usr/lib')) return null
  const places = readdirSync('/usr/lib').map((name) => join('/usr/lib', name, LIBRARY))
  return places.find((path) => existsSync(path)) ?? null
}

/** The variables of such a process; `set` sets its clock by an offset from the true one, such as `-1h` or `+1d`. */
export function fakeClock(library: string, file: string): { env: Record<string, string>; set(offset: string): void } {
  const set = (offset: string): void => writeFileSync(file, offset)
  set('+0')
  const env = {
    ...{ LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1', DONT_FAKE_MONOTONIC: '1' },
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  }
  return { env, set }
}
