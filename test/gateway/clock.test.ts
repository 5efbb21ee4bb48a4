/** The gateway's clock: whole numbers, since the wire takes nothing else, and never back. */
import { expect, it } from 'vitest'
import { systemClock } from '../../gateway/clock.ts'

it('tells whole seconds and milliseconds, though the clock that bridges does not', () => {
  let monotonic = 0.25
  const clock = systemClock(
    () => 1_790_000_000_000,
    () => (monotonic += 0.7),
  )
  for (let asked = 0; asked < 5; asked += 1) {
    expect(Number.isInteger(clock.millis())).toBe(true)
    expect(Number.isInteger(clock.now())).toBe(true)
  }
})

it('does not go back with the wall clock', () => {
  let [wall, monotonic] = [1_790_000_000_000, 0]
  const clock = systemClock(
    () => wall,
    () => monotonic,
  )
  const before = clock.millis()
  wall -= 3_600_000
  monotonic += 1500
  expect(clock.millis()).toBe(before + 1500)
})
