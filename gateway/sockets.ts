/**
 * The WebSocket way of waiting: a session's socket for its page, the claims socket for a device. The one door to ws,
 * on the server's own upgrade event, since a waiting page should cost as little memory as it can. A socket only asks and
 * is told; nothing is ever decided over it.
 */
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { CLOSE } from '../shared/protocol/errors.ts'
import { clientAddress, networkOf } from './address.ts'
import type { Deps } from './deps.ts'
import { heartbeat } from './heartbeat.ts'
import type { Topic } from './hub.ts'

/** Bytes and counts that bound what one socket can cost. */
const MOST_MESSAGE = 4 * 1024
const MOST_FRAGMENTS = 16
const MOST_UNSENT = 64 * 1024
const MOST_PER_NETWORK = 100
const MOST_PER_WAITER = 2
/** Pings of the other side: each is answered, and who never reads would have the answers pile up here. */
const MOST_PINGS = 20
const PINGS_WITHIN = 10_000
/** Milliseconds until the first message, and for the other side to close when it is told to. */
const FIRST_MESSAGE = 5000
const CLOSE_WITHIN = 1000

/** What a socket is for, once its first message was believed. */
export interface Watch {
  topic: Topic
  /** The frame to send now; `over` says that it is the last one. Null: who asks may no longer see it. */
  read(): Promise<{ frame: object; version: number; presence?: number | undefined; over: boolean } | null>
  /** Sockets of one slot: a third one closes the oldest. */
  slot: string
}

/** One address that can be upgraded. */
export interface SocketRoute {
  /** Whether a page of this Origin may open a socket here; null: no Origin was sent. */
  admits(origin: string | null, id: string): Promise<boolean>
  /** Null: not authorized; an unknown id and a wrong secret are the same. */
  authorize(message: unknown, id: string, request: IncomingMessage): Promise<Watch | null>
}

interface Options {
  /** The route and its id for a path, or null. */
  route(path: string): { route: SocketRoute; id: string } | null
}

export function attachSockets(server: Server, deps: Deps, { route }: Options): { close(): void; count(): number } {
  const { config, hub, log } = deps
  const wss = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_MESSAGE,
    maxFragments: MOST_FRAGMENTS,
    perMessageDeflate: false,
    clientTracking: false,
    // Who does not answer a close is not waited for (the types do not know the option yet).
    ...({ closeTimeout: CLOSE_WITHIN } as object),
  })
  const sockets = new Set<WebSocket>()
  const networks = new Map<string, number>()
  const beats = heartbeat()

  async function upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    const target = route((request.url ?? '').split('?', 1)[0]!)
    if (!target) return refuse(stream, 404)
    const origin = request.headers.origin ?? null
    if (!(await target.route.admits(origin, target.id))) return refuse(stream, 403)
    const network = networkOf(
      clientAddress(request.socket.remoteAddress ?? '', header(request, 'x-forwarded-for'), config.trusted_proxies),
    )
    wss.handleUpgrade(request, stream, head, (socket) => {
      if (count(socket, network) > MOST_PER_NETWORK && config.limits === 'on') return socket.close(CLOSE.too_many)
      serve(socket, target.route, target.id, request)
    })
  }

  /** How many its network has with it. */
  function count(socket: WebSocket, network: string): number {
    sockets.add(socket)
    socket.on('error', () => socket.terminate())
    const among = (networks.get(network) ?? 0) + 1
    networks.set(network, among)
    socket.once('close', () => {
      sockets.delete(socket)
      const left = (networks.get(network) ?? 1) - 1
      if (left > 0) networks.set(network, left)
      else networks.delete(network)
    })
    return among
  }

  function serve(socket: WebSocket, route: SocketRoute, id: string, request: IncomingMessage): void {
    const late = setTimeout(() => socket.close(CLOSE.no_first_message), FIRST_MESSAGE)
    const inTime = (): void => clearTimeout(late)
    socket.on('ping', limitPings)
    socket.once('close', inTime)
    // Nothing that stays holds the request: its headers are a good part of what a waiting page would cost.
    socket.once('message', (data, binary) => {
      inTime()
      socket.off('close', inTime)
      socket.on('message', askTwice)
      const message = binary ? undefined : parse(data)
      if (message === undefined) return socket.close(CLOSE.bad_message)
      answer(socket, route, id, message, request).catch((cause) => {
        log.warn('socket failed', { detail: String(cause) })
        socket.close(CLOSE.restarting)
      })
    })
  }

  async function answer(socket: WebSocket, route: SocketRoute, id: string, message: object, request: IncomingMessage) {
    if ((message as { type?: unknown }).type !== 'watch') return socket.close(CLOSE.bad_message)
    const watch = await route.authorize(message, id, request)
    if (!watch) return socket.close(CLOSE.unauthorized)
    if (socket.readyState !== socket.OPEN) return
    follow(socket, watch)
    beats.add(socket, request.socket)
  }

  /** Sends the newest view, and again whenever it has changed; wake-ups that come while reading become one. */
  function follow(socket: WebSocket, watch: Watch): void {
    let sent = -1
    let sent_presence: number | undefined
    let reading = false
    let again = false
    const push = async (): Promise<void> => {
      again = reading
      if (reading) return
      reading = true
      try {
        const news = await watch.read()
        if (!news) return socket.close(CLOSE.unauthorized)
        const { frame, version, presence, over } = news
        if (version !== sent || presence !== sent_presence) socket.send(JSON.stringify(frame))
        sent = version
        sent_presence = presence
        if (socket.bufferedAmount > MOST_UNSENT) socket.terminate()
        if (over) socket.close(CLOSE.session_over)
      } catch (cause) {
        log.warn('socket failed', { detail: String(cause) })
        socket.close(CLOSE.restarting)
      } finally {
        reading = false
      }
      if (again) await push()
    }
    const stop = hub.listen(watch.topic, push)
    const give_back = hub.hold(watch.slot, config.limits === 'on' ? MOST_PER_WAITER : Number.POSITIVE_INFINITY, () =>
      socket.close(CLOSE.too_many),
    )
    socket.once('close', () => {
      stop()
      give_back()
    })
    push()
  }

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy())
    upgrade(request, stream, head).catch((cause) => {
      log.warn('upgrade failed', { detail: String(cause) })
      refuse(stream, 503)
    })
  })

  return {
    /** Tells every waiting page to come back. */
    close() {
      beats.stop()
      for (const socket of sockets) socket.close(CLOSE.restarting)
      // Who sleeps answers no close; the process would wait for it.
      setTimeout(() => {
        for (const socket of sockets) socket.terminate()
      }, CLOSE_WITHIN).unref()
    },
    count: () => sockets.size,
  }
}

/** When a socket began to ping, and how often it has since. */
const pings = new WeakMap<WebSocket, { since: number; times: number }>()

function limitPings(this: WebSocket): void {
  const now = performance.now()
  const counted = pings.get(this)
  if (!counted || now - counted.since > PINGS_WITHIN) return void pings.set(this, { since: now, times: 1 })
  counted.times += 1
  if (counted.times > MOST_PINGS) this.terminate()
}

/** One question a socket: a second message has nothing to say. */
function askTwice(this: WebSocket): void {
  this.close(CLOSE.bad_message)
}

const REASONS: Record<number, string> = { 403: 'Forbidden', 404: 'Not Found', 503: 'Service Unavailable' }

function refuse(stream: Duplex, status: number): void {
  const head = `HTTP/1.1 ${status} ${REASONS[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`
  // An upgraded stream is nobody's any more: one left half open would stay for ever.
  stream.end(head, () => stream.destroy())
}

/** An object, or undefined for everything else. */
function parse(data: RawData): object | undefined {
  try {
    const value: unknown = JSON.parse(data.toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

const header = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(',') : value
}
