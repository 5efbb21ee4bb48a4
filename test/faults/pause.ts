/** Waiting in the fault lab: a while, or until something is so. */
import { setTimeout as delay } from 'node:timers/promises'

/** Milliseconds. */
export const pause = (ms: number): Promise<void> => delay(ms)

/** Resolves with the milliseconds it took; rejects after `within` of them. */
export async function until(what: string, within: number, holds: () => boolean | Promise<boolean>): Promise<number> {
  const start = performance.now()
  while (!(await holds())) {
    if (performance.now() - start > within) throw new Error(`${what}: not within ${within} ms`)
    await delay(20)
  }
  return performance.now() - start
}
