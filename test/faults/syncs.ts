/**
 * Strikes at the Nth fsync, or the Nth write, of a sign-in that goes from create to revoke, for N = 1, 2, 3 … until the
 * sign-in gets through unharmed: by death (F01) or by an I/O error (F03). Then the history is held against the files.
 */
import { join } from 'node:path'
import type { Verdict } from './checker.ts'
import { judge } from './kills.ts'
import { ask, openLab } from './lab.ts'
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

/** Milliseconds in which the log grows long for certain. */
const MOST_TO_FILL = 40_000

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

/** Makes the disk fail when the log is moved into the database file, which happens after answers and not for one. */
export async function strikeCheckpoint(): Promise<Verdict & { end: number | null }> {
  await using lab = await openLab()
  const file = join(lab.data, 'nod.db')
  await using _trace = await attach(lab.gateway.pid!, ['-P', file, '-e', `inject=${SYNCS}:error=EIO:when=1`])
  let ended = false
  const ending = lab.gateway.ended().finally(() => {
    ended = true
  })
  const body = new URLSearchParams({ ...lab.television, scope: 'openid' })
  const start = performance.now()
  const begin = async (i: number): Promise<void> => {
    while (!ended && performance.now() - start < MOST_TO_FILL) {
      const asking = { client: `client ${i}`, op: 'create', session_id: null } as const
      const created = await ask(lab, asking, '/device_authorization', { method: 'POST', body })
      created.session_id = (created.told.session_id as string | undefined) ?? null
    }
  }
  await Promise.all(Array.from({ length: 16 }, (_, i) => begin(i)))
  const { code } = ended ? await ending : { code: null }
  await lab.gateway.stop('SIGKILL')
  await lab.gateway.start()
  return { end: code, ...(await judge(lab)) }
}
