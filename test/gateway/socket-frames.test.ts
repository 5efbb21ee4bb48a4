/** What a socket may be sent and how much of it: broken frames, floods, and who never reads (SECURITY 13, G87). */
import { connect, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import { site, type WaitingPage, waitingPage } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const KEY = Buffer.from('a key of 16 byte').toString('base64')

interface Raw {
  socket: Socket
  /** The close code that the gateway has said; 0: it just ended the connection. */
  closed: Promise<number>
  /** What answered the upgrade. */
  head: string
}

/** A WebSocket without a library, which would not break a rule. */
function raw(gateway: TestGateway, page: WaitingPage, more = ''): Promise<Raw> {
  return new Promise((resolve) => {
    const socket = connect(gateway.port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => {})
    let came = Buffer.alloc(0)
    const closed = new Promise<number>((end) => {
      socket.once('close', () => {
        const at = came.lastIndexOf(0x88)
        end(at === -1 ? 0 : came.readUInt16BE(at + 2))
      })
    })
    const opened = (data: Buffer) => {
      came = Buffer.concat([came, data])
      const end = came.indexOf('\r\n\r\n')
      if (end === -1) return
      const head = came.subarray(0, end).toString()
      came = came.subarray(end + 4)
      socket.off('data', opened).on('data', (later: Buffer) => (came = Buffer.concat([came, later])))
      resolve({ socket, closed, head })
    }
    socket.on('data', opened)
    socket.write(
      `GET /v1/sessions/${page.session.session_id}/socket HTTP/1.1\r\nHost: localhost\r\nOrigin: ${gateway.issuer}\r\n` +
        `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${KEY}\r\n${more}\r\n`,
    )
  })
}

/** A frame by RFC 6455 §5.2 with a mask of zeros; `first` is FIN, the reserved bits and the opcode. */
function frame(first: number, payload: Buffer | string = '', { masked = true, length = -1 } = {}): Buffer {
  const data = Buffer.from(payload as string)
  const size = length === -1 ? data.length : length
  const sizes = size < 126 ? [size] : size < 65_536 ? [126, size >> 8, size & 255] : [127, 0, 0, 0, 0, 0, 1, 0, 0]
  sizes[0]! |= masked ? 0x80 : 0
  return Buffer.concat([Buffer.from([first, ...sizes]), Buffer.alloc(masked ? 4 : 0), data])
}

const watch = (page: WaitingPage) => JSON.stringify({ type: 'watch', poll_secret: page.session.poll_secret })

/** Sixty ways to break RFC 6455, and the close codes that say so. */
const VIOLATIONS: [what: string, bytes: Buffer, code: number][] = [
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): [string, Buffer, number] => [
    `opcode ${opcode}, which is reserved`,
    frame(0x80 | opcode, 'x'),
    1002,
  ]),
  ...[0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70].flatMap((bits): [string, Buffer, number][] => [
    [`reserved bits ${bits} on text`, frame(0x81 | bits, 'x'), 1002],
    [`reserved bits ${bits} on a ping`, frame(0x89 | bits, 'x'), 1002],
  ]),
  ...[0x81, 0x82, 0x88, 0x89, 0x8a].map((first): [string, Buffer, number] => [
    `no mask on ${first}`,
    frame(first, 'x', { masked: false }),
    1002,
  ]),
  ...[0x08, 0x09, 0x0a].map((first): [string, Buffer, number] => [`${first} in fragments`, frame(first), 1002]),
  ...[0x88, 0x89, 0x8a].map((first): [string, Buffer, number] => [
    `${first} longer than 125 bytes`,
    frame(first, Buffer.alloc(126)),
    1002,
  ]),
  ['a continuation of nothing', frame(0x80, 'x'), 1002],
  ['a continuation of nothing, to be continued', frame(0x00, 'x'), 1002],
  ['text within text', Buffer.concat([frame(0x01, 'x'), frame(0x81, 'y')]), 1002],
  ['binary within text', Buffer.concat([frame(0x01, 'x'), frame(0x82, 'y')]), 1002],
  ['a close of one byte', frame(0x88, 'x'), 1002],
  ...[0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535].map((code): [string, Buffer, number] => [
    `a close that says ${code}`,
    frame(0x88, Buffer.from([code >> 8, code & 255])),
    1002,
  ]),
  ['a close with bad UTF-8', frame(0x88, Buffer.from([3, 232, 0xc3, 0x28])), 1007],
  ...[[0xc3, 0x28], [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]].map(
    (bytes): [string, Buffer, number] => [`bad UTF-8 ${bytes}`, frame(0x81, Buffer.from(bytes)), 1007],
  ),
  ['text of 4097 bytes', frame(0x81, 'x'.repeat(4097)), 1009],
  ['text that is said to have 64 KiB', frame(0x81, '', { length: 65_536 }), 1009],
  ['4 KiB and a byte in two fragments', Buffer.concat([frame(0x01, 'x'.repeat(4096)), frame(0x80, 'x')]), 1009],
  ['text in 17 fragments', Buffer.concat([frame(0x01, 'x'), ...Array(16).fill(frame(0x00, 'x'))]), 1008],
]

describe('a socket', () => {
  it(`is closed for each of ${VIOLATIONS.length} broken frames, and the others hear nothing of it (G87)`, async () => {
    expect(VIOLATIONS.length).toBeGreaterThanOrEqual(60)
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const bystander = await raw(gateway, page)
    bystander.socket.write(frame(0x81, watch(page)))
    await expect.poll(() => gateway.deps.hub.size()).toBe(1)
    const codes = await Promise.all(
      VIOLATIONS.map(async ([, bytes]) => {
        const { socket, closed } = await raw(gateway, page)
        socket.write(bytes)
        return closed
      }),
    )
    expect(VIOLATIONS.map(([what], i) => [what, codes[i]])).toEqual(VIOLATIONS.map(([what, , code]) => [what, code]))
    expect(gateway.deps.hub.size()).toBe(1)
    await page.cancel()
    expect(await bystander.closed).toBe(4410)
  })

  it('takes 16 fragments and 4 KiB, and compresses nothing (G87)', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const { socket, head } = await raw(gateway, page, 'Sec-WebSocket-Extensions: permessage-deflate\r\n')
    expect(head).toMatch(/^HTTP\/1.1 101/)
    expect(head).not.toMatch(/extensions/i)
    const text = watch(page).padEnd(4096)
    const parts = Array.from({ length: 16 }, (_, i) => text.slice(i * 256, (i + 1) * 256))
    socket.write(Buffer.concat(parts.map((part, i) => frame((i === 0 ? 1 : 0) | (i === 15 ? 0x80 : 0), part))))
    await expect.poll(() => gateway.deps.hub.size()).toBe(1)
  })

  it('that pings more than twenty times in ten seconds, and reads no answer, is ended before they pile up (I12)', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    // The close that follows is answered only where the pings were not too many.
    const answered = async (pings: number): Promise<number> => {
      const { socket, closed } = await raw(gateway, page)
      socket.pause()
      socket.write(
        Buffer.concat([...Array(pings).fill(frame(0x89, 'x')), frame(0x88, Buffer.from([1000 >> 8, 1000 & 255]))]),
      )
      socket.resume()
      return closed
    }
    expect([await answered(20), await answered(21), await answered(2000)]).toEqual([1000, 0, 0])
  })

  it('that does not answer a close is not waited for (G90)', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const { socket, closed } = await raw(gateway, page)
    const started = performance.now()
    socket.write(frame(0x81, 'nonsense'))
    expect(await closed).toBe(4400)
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  it('is one of a hundred of its network at the most; those of others are not counted', async () => {
    const gateway = await startTestGateway({ NOD_LIMITS: 'on', NOD_TRUSTED_PROXIES: '127.0.0.1, ::1' })
    const page = await waitingPage(gateway, await site(gateway))
    const from = (address: string) => raw(gateway, page, `X-Forwarded-For: ${address}\r\n`)
    const opened = await Promise.all(Array.from({ length: 100 }, (_, i) => from(`198.51.100.${i}, 2001:db8:0:7::${i}`)))
    expect(await (await from('2001:db8:0:7:ffff::1')).closed).toBe(4429)
    const other = await from('2001:db8:0:8::1')
    other.socket.write(frame(0x81, watch(page)))
    await expect.poll(() => gateway.deps.hub.size()).toBe(1)
    opened[0]!.socket.destroy()
    // The place that one gave back is another's.
    await expect
      .poll(async () => {
        const again = await from('2001:db8:0:7::1')
        again.socket.write(frame(0x81, watch(page)))
        return Promise.race([again.closed, new Promise((open) => again.socket.once('data', () => open('open')))])
      })
      .toBe('open')
  })

  it('is pinged after 25 seconds at the latest, and ended when it has not answered in 10', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const dead = await raw(gateway, page)
    dead.socket.write(frame(0x81, watch(page)))
    const alive = new WebSocket(
      `${gateway.issuer.replace('http', 'ws')}/v1/sessions/${page.session.session_id}/socket`,
      {
        origin: gateway.issuer,
      },
    )
    onTestFinished(() => alive.terminate())
    let pinged = 0
    alive.on('ping', () => (pinged += 1))
    alive.on('open', () => alive.send(watch(page)))
    await expect.poll(() => gateway.deps.hub.size()).toBe(2)
    await vi.advanceTimersByTimeAsync(25_000)
    await expect.poll(() => pinged).toBe(1)
    await vi.advanceTimersByTimeAsync(9000)
    expect(dead.socket.destroyed).toBe(false)
    await vi.advanceTimersByTimeAsync(1000)
    expect(await dead.closed).toBe(0)
    expect(alive.readyState).toBe(WebSocket.OPEN)
  })
})
