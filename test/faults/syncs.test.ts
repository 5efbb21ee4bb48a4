/** A gateway that dies, or whose disk fails, at each fsync and write of a sign-in (F01, F03). */
import { describe, expect, it } from 'vitest'
import { cannotTrace } from './strace.ts'
import { type Strike, SYNCS, strikeCheckpoint, strikeEach, WRITES } from './syncs.ts'

const skipped = cannotTrace()
if (skipped) console.warn(`F01 and F03 at each fsync are skipped: ${skipped}`)

describe.skipIf(skipped)('a sign-in, struck at each step to the disk', () => {
  const survives = async (strike: Strike, end: string | number) => {
    const { lost, broken, points, ends } = await strikeEach(strike)
    expect({ lost, broken }).toEqual({ lost: [], broken: [] })
    expect(points).toBeGreaterThanOrEqual(2)
    expect(new Set(ends)).toEqual(new Set([end]))
  }

  it(
    'loses nothing when it is killed at an fsync (F01)',
    () => survives({ calls: SYNCS, fault: 'signal=SIGKILL', grant: 'code', every: 3 }, 'SIGKILL'),
    240_000,
  )

  it(
    'loses nothing when it is killed between two writes (F01)',
    () => survives({ calls: WRITES, fault: 'signal=SIGKILL', grant: 'device', every: 20 }, 'SIGKILL'),
    240_000,
  )

  it(
    'stops rather than lie when an fsync fails (F03)',
    () => survives({ calls: SYNCS, fault: 'error=EIO', grant: 'device', every: 4 }, 1),
    240_000,
  )

  it('stops when the disk fails while the log is moved into the file (F03)', async () => {
    expect(await strikeCheckpoint()).toMatchObject({ end: 1, lost: [], broken: [] })
  }, 240_000)
})
