/**
 * Finds sockets whose other end is gone. Pings are spread over the period, a slice of the sockets each second, so that
 * ten thousand of them never hold up the loop at once.
 */
import type { WebSocket } from 'ws'

/** Seconds between pings of one socket, and until a missing pong ends it. */
const PING_EVERY = 25
const PONG_WITHIN = 10

export function heartbeat() {
  const slices = Array.from({ length: PING_EVERY }, () => new Set<WebSocket>())
  const unanswered = new Set<WebSocket>()
  let turn = 0
  const timer = setInterval(() => {
    turn = (turn + 1) % PING_EVERY
    for (const socket of slices[(turn - PONG_WITHIN + PING_EVERY) % PING_EVERY]!)
      if (unanswered.has(socket)) socket.terminate()
    for (const socket of slices[turn]!) {
      unanswered.add(socket)
      socket.ping()
    }
  }, 1000)
  timer.unref()

  return {
    add(socket: WebSocket): void {
      const slice = slices[turn]!
      slice.add(socket)
      socket.on('pong', () => unanswered.delete(socket))
      socket.once('close', () => {
        slice.delete(socket)
        unanswered.delete(socket)
      })
    },
    stop: () => clearInterval(timer),
  }
}
