/**
 * Strikes at the Nth fsync, or the Nth write, of a sign-in that goes from create to revoke, for N = 1, 2, 3 … until the
 * sign-in gets through unharmed: by death (F01) or by an I/O error (F03). Then the history is held against the files.
 */
import type { Verdict } from './checker.ts'
import { judge } from './kills.ts'
import { openLab } from './lab.ts'
import { type Plan, signIn } from './sign-in.ts'
import { attach } from './strace.ts'

export const SYNCS = 'fsync,fdatasync'
export const WRITES = 'pwrite64'

export interface Strike {
  calls: typeof SYNCS | typeof WRITES
  fault: 'signal=SIGKILL' | 'error=EIO'
  grant: Plan['grant']
  /** Only every so many of the points, for a quick look. */
  every?: number
}

export interface SyncReport extends Verdict {
  /** Points at which it struck. */
  points: number
  /** How the gateway ended each time: a signal or an exit code. */
  ends: (string | number | null)[]
}

export async function strikeEach({ calls, fault, grant, every = 1 }: Strike): Promise<SyncReport> {
  await using lab = await openLab()
  const ends: SyncReport['ends'] = []
  for (let n = 1; ; n += every) {
    const trace = await attach(lab.gateway.pid!, ['-e', `trace=${calls}`, '-e', `inject=${calls}:${fault}:when=${n}`])
    let through = false
    const dying = lab.gateway.ended().then(async ({ code, signal }) => {
      if (through) return
      ends.push(signal ?? code)
      await lab.gateway.start()
    })
    await signIn(lab, `point ${n}`, { grant, way: 'poll', rival: false, answer: 'approve', revoke: true })
    await trace.detach()
    if (ends.length === Math.ceil(n / every)) {
      await dying
      continue
    }
    through = true
    return { points: ends.length, ends, ...(await judge(lab)) }
  }
}
