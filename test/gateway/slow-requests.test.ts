/**
 * Requests that take their time, in real time and all at once: what is sent slowly is ended, what is held is not
 * (SECURITY 13, G90), and who goes away while waiting leaves nothing behind (G92).
 */
import { connect } from 'node:net'
import { expect, it, onTestFinished, vi } from 'vitest'
import { site, waitingPage } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const FORM = 'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 999\r\n\r\n'
const POST = `POST /token HTTP/1.1\r\nHost: localhost\r\n${FORM}`

const seconds = (since: number): number => (performance.now() - since) / 1000

/** Sends the beginning, then a byte every second; resolves with the seconds until the gateway ended it. */
function trickle(gateway: TestGateway, beginning: string, byte: string): Promise<number> {
  return new Promise((resolve) => {
    const started = performance.now()
    const socket = connect(gateway.port, '127.0.0.1', () => socket.write(beginning))
    const timer = setInterval(() => socket.write(byte), 1000)
    const end = () => {
      clearInterval(timer)
      socket.destroy()
      resolve(seconds(started))
    }
    socket.on('error', () => {})
    socket.resume().once('close', end)
    onTestFinished(end)
  })
}

/** How long a simple request takes (milliseconds), asked every quarter of a second until `over`. */
async function meanwhile(gateway: TestGateway, over: Promise<unknown>): Promise<number[]> {
  const took: number[] = []
  const ended = over.then(() => true)
  do {
    const started = performance.now()
    expect((await gateway.fetch('/health')).status).toBe(200)
    took.push(performance.now() - started)
  } while (!(await Promise.race([ended, new Promise<false>((go) => setTimeout(() => go(false), 250))])))
  return took.toSorted((a, b) => a - b)
}

it('ends who sends a byte at a time, in headers after 10 seconds and in all within 15, holds answers for longer, and serves everybody else (G90)', {
  timeout: 60_000,
}, async () => {
  const gateway = await startTestGateway()
  const page = await waitingPage(gateway, await site(gateway))
  const started = performance.now()
  const held = page.wait('?after=1&wait=16').then(({ status }) => [status, seconds(started) > 15.5])
  const headers = Array.from({ length: 100 }, () => trickle(gateway, 'GET / HTTP/1.1\r\nHost: localhost\r\nX: ', 'x'))
  const bodies = Array.from({ length: 50 }, () => trickle(gateway, POST, ' '))
  const all = Promise.all([...headers, ...bodies])
  const took = await meanwhile(gateway, all)
  // The half of them: the machine does other things too, and a fault of the gateway would be seen in all.
  expect(took[Math.floor(took.length / 2)]).toBeLessThan(1000)
  expect(Math.min(...(await all))).toBeGreaterThan(9)
  // As told, and some seconds for a busy machine: fewer than the body has.
  expect(Math.max(...(await Promise.all(headers)))).toBeLessThan(13)
  expect(Math.max(...(await all))).toBeLessThan(16)
  expect(await held).toEqual([200, true])
})

it('holds an answer for 25 seconds at the most, whatever it is asked (G92)', async () => {
  const gateway = await startTestGateway()
  const page = await waitingPage(gateway, await site(gateway))
  const timers = vi.spyOn(globalThis, 'setTimeout')
  onTestFinished(() => void timers.mockRestore())
  const held = page.wait('?after=1&wait=9999')
  await expect.poll(() => gateway.deps.hub.size()).toBe(1)
  const waits = timers.mock.calls.map(([, wait]) => wait)
  expect(waits).toContain(25_000)
  expect(waits).not.toContain(9_999_000)
  await page.cancel()
  expect((await held).status).toBe(200)
})

it('holds nothing for who went away in the middle of a wait, five hundred times (G92, I12)', async () => {
  const gateway = await startTestGateway()
  const page = await waitingPage(gateway, await site(gateway))
  const { session_id, poll_secret } = page.session
  const head = `GET /v1/sessions/${session_id}?after=1&wait=25 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${poll_secret}\r\n\r\n`
  const leave = (): Promise<void> =>
    new Promise((gone) => {
      const socket = connect(gateway.port, '127.0.0.1', () =>
        socket.write(head, () => setImmediate(() => socket.destroy())),
      )
      socket.on('error', () => {})
      socket.once('close', () => gone())
    })
  for (let i = 0; i < 10; i += 1) await Promise.all(Array.from({ length: 50 }, leave))
  await expect.poll(() => gateway.deps.hub.size(), { timeout: 10_000 }).toBe(0)
  const waiting = page.wait('?after=1&wait=20')
  await expect.poll(() => gateway.deps.hub.size()).toBe(1)
  await page.cancel()
  expect(await (await waiting).json()).toMatchObject({ state: 'canceled' })
})
