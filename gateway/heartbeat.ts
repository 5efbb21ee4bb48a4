/**
 * Finds sockets whose other end is gone, and lets the other end find the same: browsers answer pings and show them to
 * nobody, so a small frame goes with each. Spread over the period, a slice of the sockets each second, so that ten
 * thousand of them never hold up the loop at once.
 */
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'

/** Seconds between pings of one socket, and until a missing pong ends it. */
const PING_EVERY = 25
const PONG_WITHIN = 10

const BEAT = JSON.stringify({ type: 'beat' })

export function heartbeat() {
  const slices = Array.from({ length: PING_EVERY }, () => new Map<WebSocket, Duplex>())
  const unanswered = new Set<WebSocket>()
  let turn = 0
  const timer = setInterval(() => {
    turn = (turn + 1) % PING_EVERY
    for (const socket of slices[(turn - PONG_WITHIN + PING_EVERY) % PING_EVERY]!.keys())
      if (unanswered.has(socket)) socket.terminate()
    for (const [socket, stream] of slices[turn]!) {
      unanswered.add(socket)
      // In one packet: most of what a beat costs is the packet.
      stream.cork()
      socket.ping()
      socket.send(BEAT)
      stream.uncork()
    }
  }, 1000)
  timer.unref()

  return {
    /** `stream`: the connection that the socket was made of. */
    add(socket: WebSocket, stream: Duplex): void {
      const slice = slices[turn]!
      slice.set(socket, stream)
      socket.on('pong', () => unanswered.delete(socket))
      socket.once('close', () => {
        slice.delete(socket)
        unanswered.delete(socket)
      })
    },
    stop: () => clearInterval(timer),
  }
}
