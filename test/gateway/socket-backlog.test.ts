/** Who is told more than they read: a real socket, on this machine's own network buffers (SECURITY 13, I12). */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import type { Topic } from '../../gateway/hub.ts'
import { attachSockets } from '../../gateway/sockets.ts'
import { startTestGateway } from './support.ts'

/** Less than may be unsent, so that who reads each frame before the next one comes never has too much. */
const FRAME = 32 * 1024

/** Far more than the buffers of both ends of a connection hold. */
const MOST_FRAMES = 4096

/** The gateway's sockets on a server of their own, which tells a long view that changes whenever it is woken. */
async function longViews() {
  const { deps } = await startTestGateway()
  const server = createServer()
  const topic: Topic = 'session:long'
  const text = 'x'.repeat(FRAME)
  let version = 0
  const watch = { topic, slot: 'long', read: async () => ({ frame: { version, text }, version, over: false }) }
  const route = { admits: async () => true, authorize: async () => watch }
  const sockets = attachSockets(server, deps, { route: () => ({ route, id: 'long' }) })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => {
    sockets.close()
    server.close()
  })
  return {
    sockets,
    /** One more change; comes back when it was written to whoever listens. */
    async change(): Promise<void> {
      version += 1
      deps.hub.wake(topic)
      await new Promise((turn) => setImmediate(turn))
    },
    async visitor(): Promise<{ socket: WebSocket; frames(): number }> {
      const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/long`)
      onTestFinished(() => socket.terminate())
      let came = 0
      socket.on('error', () => {})
      socket.on('message', () => (came += 1))
      socket.on('open', () => socket.send('{"type":"watch"}'))
      await expect.poll(() => came).toBe(1)
      return { socket, frames: () => came }
    },
  }
}

it('a socket that reads nothing is ended once 64 KiB wait for it', async () => {
  const { sockets, change, visitor } = await longViews()
  const { socket } = await visitor()
  socket.pause()
  let changes = 0
  while (sockets.count() > 0 && changes < MOST_FRAMES) {
    await change()
    changes += 1
  }
  expect(sockets.count()).toBe(0)
})

it('a socket that reads is told everything, however much that is', async () => {
  const { sockets, change, visitor } = await longViews()
  const { frames } = await visitor()
  for (let changes = 1; changes <= 256; changes += 1) {
    await change()
    await expect.poll(frames, { interval: 1 }).toBe(changes + 1)
  }
  expect(sockets.count()).toBe(1)
})
