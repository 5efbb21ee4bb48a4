/** When a socket is worth a try: after one that did not work it is left alone, each time for longer. */
import { SHORT_LIFE_MS, SOCKET_REST_MS } from './patience.ts'

export interface Rest {
  over(): boolean
  /** Milliseconds until it is over; infinite where there is no socket to try. */
  left(): number
  begin(ms?: number): void
  /** Begins when one socket after the other does not live long: something in between cuts them. */
  afterCut(lived_ms: number): void
  /** The line is another one by now, or nothing worked: what was learned is of no use. */
  end(): void
}

export function createRest(has_socket: boolean): Rest {
  let until = has_socket ? 0 : Number.POSITIVE_INFINITY
  let next: number = SOCKET_REST_MS.least
  let short_lives = 0
  const left = () => Math.max(0, until - performance.now())
  const begin = (ms = next) => {
    until = performance.now() + ms
    next = Math.min(next * 2, SOCKET_REST_MS.most)
    short_lives = 0
  }
  return {
    left,
    over: () => left() === 0,
    begin,
    afterCut(lived_ms) {
      if (lived_ms >= SHORT_LIFE_MS) {
        short_lives = 0
        next = SOCKET_REST_MS.least
      } else if (++short_lives === 2) begin()
    },
    end() {
      if (has_socket) until = 0
      next = SOCKET_REST_MS.least
    },
  }
}
