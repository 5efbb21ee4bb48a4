/** A decision race at the end of a session's life (F16). At full scale: `npm run faults -- --rounds 10000`. */
import { expect, it } from 'vitest'
import { race } from './decision-race.ts'

it('has exactly one winner among yes, no, cancel and time, and all are told the same (F16)', async () => {
  const { lost, broken, outcomes, rounds } = await race(40)
  expect({ lost, broken }).toEqual({ lost: [], broken: [] })
  expect(Object.values(outcomes).reduce((sum, n) => sum + n, 0)).toBe(rounds)
  expect(Object.keys(outcomes).length).toBeGreaterThanOrEqual(2)
}, 120_000)
