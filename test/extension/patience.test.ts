/** How often the widget comes back into a page that takes it out. */
import { expect, test } from 'vitest'
import { createPatience, isWornOut, taken } from '../../extension/widget/patience.ts'

/** How often it is taken away, every so many milliseconds, before it stays away; at most a hundred times. */
function times(every: number, with_its_place: boolean): number {
  let patience = createPatience()
  for (let time = 1; time <= 100; time++) {
    patience = taken(patience, time * every, with_its_place)
    if (isWornOut(patience)) return time
  }
  return Number.POSITIVE_INFINITY
}

test('five times, however fast or slow a page removes it (X14)', () => {
  for (const every of [1, 1000, 10_000, 30_000]) expect(times(every, false)).toBe(6)
})
test('a page that leaves it alone for half a minute is not at war', () => {
  expect(times(30_001, false)).toBe(Number.POSITIVE_INFINITY)
})
test('a page that draws itself anew has four times as much, and no more (X14)', () => {
  expect(times(400, true)).toBe(21)
})
test('once it has gone, no time brings it back (X14)', () => {
  const gone = { left: -1, taken_at: 0 }
  expect(isWornOut(taken(gone, 1_000_000, false))).toBe(true)
  expect(isWornOut(gone)).toBe(true)
})
