/**
 * The gateway's time as seen from here. Each answer's `now` was true before it arrived, so the estimate is never ahead of
 * the gateway; it runs on the monotonic clock, so that nobody setting this machine's clock moves it.
 */

export interface ServerClock {
  /** Epoch seconds, with fractions; never ahead of the gateway. */
  now(): number
  /** Learns from an answer's `now`. */
  correct(server_now: number): void
  /** A moment of the gateway's as this machine's epoch milliseconds. */
  toLocal(server_time: number): number
}

export function createServerClock(server_now: number): ServerClock {
  const monotonic = () => performance.now() / 1000
  let offset = server_now - monotonic()
  const now = () => monotonic() + offset
  return {
    now,
    correct: (later) => {
      // Every answer gives a lower bound; the highest one is the closest.
      offset = Math.max(offset, later - monotonic())
    },
    toLocal: (server_time) => Date.now() + (server_time - now()) * 1000,
  }
}
