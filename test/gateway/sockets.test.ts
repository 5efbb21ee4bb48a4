/** The WebSocket way of waiting: who may open one, what it is told, how it ends. */
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { approve, person, site, type WaitingPage, waitingPage } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

type Frame = Record<string, unknown>

interface Opened {
  socket: WebSocket
  frames: Frame[]
  closed: Promise<number>
}

/** Opens, and says `first` when it is a message. Rejects with the HTTP status when the upgrade is refused. */
function open(
  gateway: TestGateway,
  path: string,
  { origin, first }: { origin?: string; first?: unknown } = {},
): Promise<Opened> {
  const socket = new WebSocket(`${gateway.issuer.replace('http', 'ws')}${path}`, origin === undefined ? {} : { origin })
  const frames: Frame[] = []
  socket.on('message', (data) => frames.push(JSON.parse(String(data))))
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  return new Promise((resolve, reject) => {
    socket.once('unexpected-response', (_request, response) => reject(response.statusCode))
    socket.once('error', () => {})
    socket.once('open', () => {
      if (first !== undefined) socket.send(typeof first === 'string' ? first : JSON.stringify(first))
      resolve({ socket, frames, closed })
    })
  })
}

const SHOP = 'https://shop.example'
const pathOf = (page: WaitingPage) => `/v1/sessions/${page.session.session_id}/socket`
const watch = (page: WaitingPage) => ({ type: 'watch', poll_secret: page.session.poll_secret })

describe("a session's socket", () => {
  it('tells the view at once and on each change, and closes with 4410 when all is over', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const { frames, closed } = await open(gateway, pathOf(page), { origin: SHOP, first: watch(page) })
    await expect.poll(() => frames.length).toBe(1)
    await approve(await person(gateway), page)
    await expect.poll(() => frames.length).toBe(3)
    expect(frames.map((frame) => [frame.type, frame.state, frame.version])).toEqual([
      ['session', 'pending', 1],
      ['session', 'claimed', 2],
      ['session', 'approved', 3],
    ])
    expect(frames[1]!.match_number).toMatch(/^\d\d$/)
    expect(frames[2]!.redirect_to).toContain('code=')
    gateway.clock.advance(61)
    expect(await closed).toBe(4410)
    expect(frames.at(-1)).toMatchObject({ state: 'expired' })
    await expect.poll(() => gateway.deps.hub.size()).toBe(0)
  })

  it('does not close at approved: the page may still lose the frame and ask again', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    await approve(await person(gateway), page)
    const { socket, frames } = await open(gateway, pathOf(page), { origin: SHOP, first: watch(page) })
    await expect.poll(() => frames.length).toBe(1)
    expect(frames[0]).toMatchObject({ state: 'approved' })
    expect(socket.readyState).toBe(WebSocket.OPEN)
  })

  it('opens for the origins of the client, the issuer and extensions only (G86)', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    await site(gateway, { origins: ['https://other.example'] })
    for (const origin of [
      SHOP,
      gateway.issuer,
      'chrome-extension://abcdefghijklmnop',
      'moz-extension://11111111-2222',
    ]) {
      const { frames, socket } = await open(gateway, pathOf(page), { origin, first: watch(page) })
      await expect.poll(() => frames.length).toBe(1)
      socket.close()
    }
    for (const origin of [
      'https://evil.example',
      'null',
      'http://shop.example',
      `${SHOP}.evil.example`,
      'https://other.example',
      undefined,
    ]) {
      await expect(open(gateway, pathOf(page), origin === undefined ? {} : { origin })).rejects.toBe(403)
    }
  })

  it('closes with 4401 for a wrong secret and for an unknown id alike (G01)', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    for (const path of [pathOf(page), '/v1/sessions/AAAAAAAAAAAAAAAAAAAAAA/socket']) {
      for (const poll_secret of ['A'.repeat(43), page.session.session_id, (await page.ticket()).split('.')[1]]) {
        const { closed, frames } = await open(gateway, path, { origin: SHOP, first: { type: 'watch', poll_secret } })
        expect(await closed).toBe(4401)
        expect(frames).toEqual([])
      }
    }
  })

  it('ignores a secret in the address, and waits five seconds for the first message (G86)', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const { closed, frames } = await open(gateway, `${pathOf(page)}?poll_secret=${page.session.poll_secret}`, {
      origin: SHOP,
    })
    expect(await closed).toBe(4408)
    expect(frames).toEqual([])
  })

  it('closes on anything but its one question, and other sockets go on (G87)', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const other = await waitingPage(gateway, await site(gateway))
    const bystander = await open(gateway, pathOf(other), { origin: SHOP, first: watch(other) })
    const codeFor = async (first: unknown) => (await open(gateway, pathOf(page), { origin: SHOP, first })).closed
    for (const bad of [
      '',
      'nonsense',
      '[]',
      '5',
      'null',
      '{"type":"open"}',
      '{"__proto__":{"type":"watch"}}',
      `${'['.repeat(2000)}${']'.repeat(2000)}`,
    ]) {
      expect([bad.slice(0, 9), await codeFor(bad)]).toEqual([bad.slice(0, 9), 4400])
    }
    expect(await codeFor('x'.repeat(5000))).toBe(1009)
    const twice = await open(gateway, pathOf(page), { origin: SHOP, first: watch(page) })
    twice.socket.send(JSON.stringify(watch(page)))
    expect(await twice.closed).toBe(4400)
    const binary = await open(gateway, pathOf(page), { origin: SHOP })
    binary.socket.send(Buffer.from(JSON.stringify(watch(page))))
    expect(await binary.closed).toBe(4400)
    await other.cancel()
    expect(await bystander.closed).toBe(4410)
  })

  it('survives raw frames that break the protocol (G87)', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const broken = [
      [0x83, 0x80, 0, 0, 0, 0],
      [0xf1, 0x80, 0, 0, 0, 0],
      [0x81, 0x05, 1, 2, 3, 4, 5],
      [0x89, 0xfe, 0x01, 0x00, 0, 0, 0, 0],
      [0x80, 0x80, 0, 0, 0, 0],
      [0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28],
    ]
    for (const frame of broken) {
      const { socket, closed } = await open(gateway, pathOf(page), { origin: SHOP })
      ;(socket as unknown as { _socket: { write(data: Buffer): void } })._socket.write(Buffer.from(frame))
      expect([1002, 1007]).toContain(await closed)
    }
    expect((await gateway.fetch('/health')).status).toBe(200)
  })

  it('lets the newest two stay: a third one of the same session closes the oldest', async () => {
    const gateway = await startTestGateway({ NOD_LIMITS: 'on' })
    const page = await waitingPage(gateway, await site(gateway))
    const opened = []
    for (let i = 0; i < 3; i++) {
      const one = await open(gateway, pathOf(page), { origin: SHOP, first: watch(page) })
      await expect.poll(() => one.frames.length).toBe(1)
      opened.push(one)
    }
    expect(await opened[0]!.closed).toBe(4429)
    expect(opened[1]!.socket.readyState).toBe(WebSocket.OPEN)
  })

  it('tells who waits to come back when the gateway stops', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const { closed, frames } = await open(gateway, pathOf(page), { origin: SHOP, first: watch(page) })
    await expect.poll(() => frames.length).toBe(1)
    const held = page.wait('?after=1&wait=20')
    await expect.poll(() => gateway.deps.hub.listeners(`session:${page.session.session_id}`)).toBe(2)
    await gateway.stop()
    expect(await closed).toBe(1012)
    expect((await held).status).toBe(200)
  })
})

describe('an upgrade', () => {
  /** Says `text` on a connection of its own; resolves with what came back when the other side has closed it. */
  const say = (gateway: TestGateway, text: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect({ port: gateway.port, host: '127.0.0.1', allowHalfOpen: true }, () => socket.write(text))
      let said = ''
      socket.on('data', (data) => (said += data))
      socket.on('error', () => {})
      socket.once('end', () => resolve(said))
    })

  it('that is refused leaves nothing open, though the other side keeps its half (G90, I12)', async () => {
    const gateway = await startTestGateway()
    const head = 'Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
    expect(await say(gateway, `GET /nope HTTP/1.1\r\n${head}`)).toMatch(/^HTTP\/1.1 404/)
    await gateway.stop()
  })

  it('to another protocol is not taken up, and what was asked is answered (RFC 9110 §7.8)', async () => {
    const gateway = await startTestGateway()
    const text =
      'GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close, Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n'
    expect(await say(gateway, text)).toMatch(/^HTTP\/1.1 200/)
  })

  it('whose page sleeps does not hold up a gateway that stops (F09)', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const { socket, frames } = await open(gateway, pathOf(page), { origin: SHOP, first: watch(page) })
    await expect.poll(() => frames.length).toBe(1)
    ;(socket as unknown as { _socket: { pause(): void } })._socket.pause()
    await gateway.stop()
    socket.terminate()
  })
})

describe('the claims socket', () => {
  it('shows the open claims to a device, from the gateway by cookie, and stops when it is revoked', async () => {
    const gateway = await startTestGateway()
    const one = await person(gateway)
    const page = await waitingPage(gateway, await site(gateway))
    const socket = new WebSocket(`${gateway.issuer.replace('http', 'ws')}/v1/claims/socket`, {
      origin: gateway.issuer,
      headers: { cookie: one.headers.cookie! },
    })
    const frames: Frame[] = []
    socket.on('message', (data) => frames.push(JSON.parse(String(data))))
    socket.on('open', () => socket.send('{"type":"watch"}'))
    const closed = new Promise((resolve) => socket.once('close', resolve))
    await expect.poll(() => frames.length).toBe(1)
    expect(frames[0]).toMatchObject({ type: 'claims', claims: [] })
    await one.claim({ ticket: await page.ticket() })
    await expect.poll(() => frames.length).toBe(2)
    expect(frames[1]).toMatchObject({ claims: [{ session_id: page.session.session_id }] })
    await gateway.fetch(`/v1/devices/${one.device_id}`, { method: 'DELETE', headers: one.headers })
    expect(await closed).toBe(4401)
  })

  it('opens for no site, and believes no cookie from elsewhere', async () => {
    const gateway = await startTestGateway()
    await site(gateway)
    for (const origin of [SHOP, 'https://evil.example', 'null']) {
      await expect(open(gateway, '/v1/claims/socket', { origin })).rejects.toBe(403)
    }
    const { closed } = await open(gateway, '/v1/claims/socket', {
      origin: 'chrome-extension://abcdefghijklmnop',
      first: { type: 'watch' },
    })
    expect(await closed).toBe(4401)
  })
})
