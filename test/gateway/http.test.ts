/** What the gateway answers to requests that are too large, broken or only look; what each route is asked is every-route's. */
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { site, waitingPage } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

/** Sends bytes as they are and gives back what came until the other side closed or fell silent. */
function raw(gateway: TestGateway, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(gateway.port, '127.0.0.1', () => socket.write(text))
    let answer = ''
    socket.on('data', (data) => {
      answer += data
      if (answer.includes('\r\n\r\n')) socket.end()
    })
    socket.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' && answer ? resolve(answer) : reject(error),
    )
    socket.once('close', () => resolve(answer))
  })
}

describe('an answer', () => {
  it('is given by a GET without changing anything: nothing is claimed by a preview (G20)', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const bots = ['Slackbot-LinkExpanding 1.0', 'facebookexternalhit/1.1', 'Mozilla/5.0']
    for (const method of ['GET', 'HEAD']) {
      for (const agent of bots) {
        const answer = await gateway.fetch('/q', {
          method,
          headers: { 'user-agent': agent, purpose: 'prefetch', 'sec-purpose': 'prefetch' },
        })
        expect(answer.status).toBe(200)
        expect(await answer.text()).not.toContain(page.session.session_id)
      }
    }
    expect(await page.view()).toMatchObject({ state: 'pending', version: 1 })
  })
})

describe('a request', () => {
  it('with too large a body is refused before any handler, however the size is hidden (G83)', async () => {
    const gateway = await startTestGateway()
    const large = JSON.stringify({ username: 'x'.repeat(20_000), password: '' })
    const headers = { 'content-type': 'application/json', origin: gateway.issuer, 'sec-fetch-site': 'same-origin' }
    expect((await gateway.fetch('/v1/sign-in', { method: 'POST', headers, body: large })).status).toBe(413)
    const chunked = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 40; i++) controller.enqueue(new TextEncoder().encode('x'.repeat(1024)))
        controller.close()
      },
    })
    expect(
      (await gateway.fetch('/v1/sign-in', { method: 'POST', headers, body: chunked, duplex: 'half' } as RequestInit))
        .status,
    ).toBe(413)
    const bomb = gzipSync(large)
    const packed = await gateway.fetch('/v1/sign-in', {
      method: 'POST',
      headers: { ...headers, 'content-encoding': 'gzip' },
      body: bomb,
    })
    expect(packed.status).toBe(400)
    const both = await raw(
      gateway,
      `POST /v1/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    )
    expect(both).toMatch(/^HTTP\/1.1 400/)
    expect((await gateway.fetch('/health')).status).toBe(200)
  })

  it('with too large headers is refused, and the process lives (G85)', async () => {
    const gateway = await startTestGateway()
    const head = (more: string) => raw(gateway, `GET /health HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`)
    expect(await head(`X-Large: ${'x'.repeat(17 * 1024)}\r\n`)).toMatch(/^HTTP\/1.1 431/)
    expect(await head('X-Many: 1\r\n'.repeat(3000))).toMatch(/^HTTP\/1.1 431/)
    expect(await raw(gateway, `GET /${'x'.repeat(100_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 (414|431)/,
    )
    expect((await gateway.fetch('/health')).status).toBe(200)
  })

  it('that is no HTTP gets a clear answer, and the process lives', async () => {
    const gateway = await startTestGateway()
    for (const bytes of [
      'nonsense\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
      'GET /health HTTP/1.1\r\nHost: a b\r\n\r\n',
      ...['1.2.3.256', '1..2', '09'].map((host) => `GET /v1/me HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`),
    ]) {
      expect([bytes, await raw(gateway, bytes)]).toEqual([bytes, expect.stringMatching(/^HTTP\/1.1 4\d\d/)])
    }
    expect((await gateway.fetch('/health')).status).toBe(200)
  })
})

describe('an upgrade', () => {
  it('of an address that is none is a fault of who asks (I11)', async () => {
    const gateway = await startTestGateway()
    for (const path of ['//', '//[', 'http://[', '//a:b', '/\\', '//%', '/v1/sessions/%/socket']) {
      const answer = await raw(
        gateway,
        `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
      )
      expect([path, answer]).toEqual([path, expect.stringMatching(/^HTTP\/1.1 4\d\d/)])
    }
  })
})

describe('stopping', () => {
  it('answers who waits, and is not held up by connections that are kept open (F09)', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const waiting = page.wait('?after=1&wait=25')
    await expect.poll(() => gateway.deps.hub.listeners(`session:${page.session.session_id}`)).toBe(1)
    const started = performance.now()
    await gateway.stop()
    expect(performance.now() - started).toBeLessThan(4000)
    const { status, headers } = await waiting
    expect([status, headers.get('connection')]).toEqual([200, 'close'])
  })
})
