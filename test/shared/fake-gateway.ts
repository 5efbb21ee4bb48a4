/**
 * A gateway that can be told to misbehave: real HTTP, real WebSocket, one session whose view the test sets. It answers
 * by the protocol's rules (current view at once, then each change) and knows nothing else of a gateway.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { isOver } from '../../shared/protocol/session.ts'
import type { SessionView } from '../../shared/protocol/session-messages.ts'

/** A number: closes with that code in place of a first view. */
export type SocketManner = 'works' | 'refuses' | 'hangs' | 'is mute' | number
/** A number: answers with that status, from 500 on with nothing of ours. */
export type PollManner = 'works' | 'answers HTML' | 'hangs' | 'refuses' | number

export interface FakeGateway {
  issuer: string
  /** What the session is now; `set` also tells those who wait. */
  view: SessionView
  set(change: Partial<SessionView>): void
  /** Changes what the session is and tells nobody, as when a push gets lost. */
  setSilently(change: Partial<SessionView>): void
  socket: SocketManner
  poll: PollManner
  /** What reached it, in order: `poll?wait=20&after=1&epoch=e`, `socket`. */
  readonly asked: string[]
  /** Open connections that wait for news. */
  waiting(): number
  /** Sends this to every open socket. */
  send(frame: object): void
  /** Closes every open socket. */
  close(code: number): void
  /** Breaks all connections, as a crash does; new ones are taken. */
  cut(): void
  stop(): Promise<void>
  /** At the same address again. */
  start(): Promise<void>
}

export const SECRET = 'the-poll-secret'

export const view = (change: Partial<SessionView> = {}): SessionView => ({
  session_id: 'session',
  epoch: 'first',
  version: 1,
  state: 'pending',
  now: 1000,
  expires_at: 1180,
  ...change,
})

export async function fakeGateway(manners: Partial<Pick<FakeGateway, 'socket' | 'poll'>> = {}): Promise<FakeGateway> {
  const listeners = new Set<() => void>()
  const connections = new Set<Socket>()
  const sockets = new Set<WebSocket>()
  const wss = new WebSocketServer({ noServer: true })
  const server = createServer(answer)
  server.on('connection', (connection) => {
    connections.add(connection)
    connection.on('close', () => connections.delete(connection))
  })
  server.on('upgrade', upgrade)

  const gateway: FakeGateway = {
    issuer: '',
    view: view(),
    socket: 'works',
    poll: 'works',
    asked: [],
    ...manners,
    set(change) {
      gateway.setSilently(change)
      for (const tell of [...listeners]) tell()
    },
    setSilently(change) {
      gateway.view = { ...gateway.view, ...change }
    },
    waiting: () => listeners.size,
    send(frame) {
      for (const socket of sockets) socket.send(JSON.stringify(frame))
    },
    close(code) {
      for (const socket of sockets) socket.close(code)
    },
    cut() {
      for (const connection of connections) connection.destroy()
    },
    async stop() {
      const closed = once(server, 'close')
      server.close()
      gateway.cut()
      await closed
    },
    async start() {
      server.listen(gateway.issuer === '' ? 0 : Number(new URL(gateway.issuer).port), '127.0.0.1')
      await once(server, 'listening')
    },
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', gateway.issuer)
    gateway.asked.push(`poll${url.search}`)
    if (gateway.poll === 'hangs') return
    const refuse = (status: number, error: string) =>
      response.writeHead(status).end(JSON.stringify({ error, error_description: 'Not here.', request_id: 'r' }))
    if (Number(gateway.poll) >= 500) return void response.writeHead(Number(gateway.poll)).end('bad')
    if (gateway.poll === 'answers HTML') return void response.setHeader('content-type', 'text/html').end('<p>Welcome')
    response.setHeader('content-type', 'application/json')
    if (typeof gateway.poll === 'number') return void refuse(gateway.poll, 'invalid_request')
    if (gateway.poll === 'refuses' || request.headers.authorization !== `Bearer ${SECRET}`)
      return void refuse(401, 'unauthorized')
    const { searchParams } = url
    const known = () =>
      searchParams.get('after') === String(gateway.view.version) && searchParams.get('epoch') === gateway.view.epoch
    const send = () => {
      listeners.delete(send)
      response.end(JSON.stringify(gateway.view))
    }
    listeners.add(send)
    if (!known() || searchParams.get('wait') === '0') send()
    response.on('close', () => listeners.delete(send))
  }

  function upgrade(request: IncomingMessage, connection: Socket, head: Buffer): void {
    gateway.asked.push('socket')
    if (gateway.socket === 'hangs') return
    if (gateway.socket === 'refuses') return void connection.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
    wss.handleUpgrade(request, connection, head, (socket) => {
      if (gateway.socket === 'is mute') return
      if (typeof gateway.socket === 'number') return socket.close(gateway.socket)
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      socket.once('message', (data) => {
        const { type, poll_secret } = JSON.parse(data.toString())
        if (type !== 'watch' || poll_secret !== SECRET) return socket.close(4401)
        const send = () => {
          socket.send(JSON.stringify({ type: 'session', ...gateway.view }))
          if (isOver(gateway.view.state)) socket.close(4410)
        }
        listeners.add(send)
        socket.on('close', () => listeners.delete(send))
        send()
      })
    })
  }

  await gateway.start()
  gateway.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  onTestFinished(() => (server.listening ? gateway.stop() : undefined))
  return gateway
}
