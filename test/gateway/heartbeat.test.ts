/** How a socket whose other end is gone is found out, by either end; the gateway's clock is moved by hand. */
import type { Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { site, waitingPage } from './people.ts'
import { startTestGateway } from './support.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
afterEach(() => void vi.useRealTimers())

/** Seconds, one by one, with time for what each of them sends to arrive. */
async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    vi.advanceTimersByTime(1000)
    await new Promise((done) => setTimeout(done, 5))
  }
}

/** A page's socket that has its view. `autoPong: false`: one that a cut line keeps from answering. */
async function openSocket(autoPong: boolean) {
  const gateway = await startTestGateway()
  const page = await waitingPage(gateway, await site(gateway))
  const url = `${gateway.issuer.replace('http', 'ws')}/v1/sessions/${page.session.session_id}/socket`
  const socket = new WebSocket(url, { origin: gateway.issuer, autoPong })
  const [frames, packets]: [string[], string[]] = [[], []]
  socket.on('message', (data) => frames.push(JSON.parse(String(data)).type))
  socket.on('ping', () => frames.push('ping'))
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  socket.once('open', () => {
    const { _socket: line } = socket as unknown as { _socket: Socket }
    line.on('data', (chunk: Buffer) => packets.push(chunk.toString('latin1')))
    socket.send(JSON.stringify({ type: 'watch', poll_secret: page.session.poll_secret }))
  })
  await vi.waitFor(() => expect(frames).toEqual(['session']), { interval: 5, timeout: 10_000 })
  frames.length = packets.length = 0
  return { gateway, socket, frames, packets, closed }
}

describe('each 25 seconds', () => {
  it('a beat goes with the ping, in one packet: a browser shows pings to nobody (F12)', async () => {
    const { frames, packets, socket } = await openSocket(true)
    await pass(24)
    expect(frames).toEqual([])
    await pass(1)
    expect(frames).toEqual(['ping', 'beat'])
    expect(packets).toEqual(['\x89\x00\x81\x0f{"type":"beat"}'])
    await pass(75)
    expect(frames).toHaveLength(8)
    expect(socket.readyState).toBe(WebSocket.OPEN)
  })

  it('who does not answer is let go of within a minute, and all that it held (F12)', async () => {
    const { closed, gateway } = await openSocket(false)
    await pass(36)
    expect(await closed).toBe(1006)
    await vi.waitFor(() => expect(gateway.deps.hub.size()).toBe(0), { interval: 5, timeout: 10_000 })
  })
})
