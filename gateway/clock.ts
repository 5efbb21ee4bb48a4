/** Epoch seconds that never go back: a wall clock set back is bridged with the monotonic one. */

export interface Clock {
  /** Epoch seconds, whole. */
  now(): number
  /** Epoch milliseconds of the same clock, whole. */
  millis(): number
}

export function systemClock(wall = () => Date.now(), monotonic = () => performance.now()): Clock {
  let last_wall = wall()
  let last_monotonic = monotonic()
  const millis = (): number => {
    const elapsed = monotonic()
    last_wall = Math.max(wall(), last_wall + Math.max(0, elapsed - last_monotonic))
    last_monotonic = elapsed
    return last_wall
  }
  return { millis: () => Math.floor(millis()), now: () => Math.floor(millis() / 1000) }
}
