/**
 * Bytes that a page costs for each minute it waits, TLS and TCP/IP counted: Nod's own client over either transport, a bare
 * `ws`, and devices that poll node-oidc-provider and better-auth. All of them wait at the same time.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { watchSession } from '../../../shared/client/watch.ts'
import { PINGS, startBare } from '../contenders/bare.ts'
import { startBetterAuth } from '../contenders/better-auth.ts'
import { Nod } from '../contenders/nod.ts'
import { startOidcProvider } from '../contenders/oidc-provider.ts'
import type { Figure } from '../figure.ts'
import { Connection } from '../load/connection.ts'
import { type Wire, wireTo } from '../load/wire.ts'
import { PATIENT } from './waiting.ts'

export interface Watching {
  /** One begins each `apart` seconds, so that what comes at intervals is met at all of its moments. */
  pages: number
  apart: number
  /** Counted, after all have begun. */
  seconds: number
}

/** As an extension's background opens them: the gateway lets no page wait by socket that does not say what it is. */
class ExtensionSocket extends WebSocket {
  constructor(url: string) {
    super(url, { headers: { origin: 'chrome-extension://abcdefghijklmnopabcdefghijklmnop' } } as never)
  }
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const JSON_BODY = { 'content-type': 'application/json' }
const GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

/** Someone who waits through a wire, until the signal says enough. */
interface Waiter {
  name: string
  wire: Wire
  begin(signal: AbortSignal): Promise<unknown> | unknown
}

async function pollEvery(seconds: number, ask: () => Promise<Response>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await (await ask()).text()
    await delay(seconds * 1000)
  }
}

async function deviceAt(url: string, init: RequestInit): Promise<string> {
  const { device_code } = (await (await fetch(url, init)).json()) as { device_code: string }
  return device_code
}

export async function bytes({ pages, apart, seconds }: Watching): Promise<Figure[]> {
  await using end = new AsyncDisposableStack()
  globalThis.WebSocket = ExtensionSocket as typeof WebSocket
  const stopped = <T extends { stop(): Promise<void> }>(up: T): T => {
    end.defer(() => up.stop())
    return up
  }
  const nod = stopped(await Nod.start({ settings: PATIENT }))
  const bare = stopped(await startBare('websocket', PINGS.as_nod))
  const bare_usual = stopped(await startBare('websocket'))
  const oidc = stopped(await startOidcProvider('ES256', 1))
  const better = stopped(await startBetterAuth(1))

  const atNod = (wire: Wire) => async (signal: AbortSignal) => {
    const maker = new Connection(nod.server.port)
    const { session_id, poll_secret } = await nod.create(maker)
    maker.close()
    const handlers = { onView: () => {}, onRefused: (error: Error) => console.error(error) }
    watchSession(`http://localhost:${wire.port}`, session_id, poll_secret, handlers, signal)
  }
  const atOidc = (wire: Wire, every: number) => async (signal: AbortSignal) => {
    const origin = `http://localhost:${wire.port}`
    const client = { client_id: 'bench', client_secret: 'only-for-measuring' }
    const body = (fields: Record<string, string>) => new URLSearchParams({ ...client, ...fields })
    const asked = { method: 'POST', headers: FORM, body: body({ scope: 'openid profile' }) }
    const device_code = await deviceAt(`${origin}/device/auth`, asked)
    const poll = { method: 'POST', headers: FORM, body: body({ grant_type: GRANT, device_code }) }
    await pollEvery(every, () => fetch(`${origin}/token`, poll), signal)
  }
  const atBetterAuth = (wire: Wire, every: number) => async (signal: AbortSignal) => {
    const origin = `http://localhost:${wire.port}/api/auth/device`
    const post = (fields: object) => ({ method: 'POST', headers: JSON_BODY, body: JSON.stringify(fields) })
    const device_code = await deviceAt(`${origin}/code`, post({ client_id: 'bench' }))
    const poll = post({ grant_type: GRANT, device_code, client_id: 'bench' })
    await pollEvery(every, () => fetch(`${origin}/token`, poll), signal)
  }
  const atBare = (wire: Wire) => (signal: AbortSignal) => {
    const socket = new WebSocket(`ws://localhost:${wire.port}/${Math.random()}`)
    signal.addEventListener('abort', () => socket.close())
  }

  const wires: Wire[] = []
  const waiter = async (name: string, port: number, begin: (wire: Wire) => Waiter['begin'], blocked = false) => {
    const wire = await wireTo(port, blocked ? (head) => /\r\nupgrade: *websocket/i.test(head) : undefined)
    end.defer(() => wire.close())
    wires.push(wire)
    return { name, wire, begin: begin(wire) }
  }
  const waiters: Waiter[] = [
    await waiter('bare ws, a ping every 25 s as Nod', bare.server.port, atBare),
    await waiter('bare ws, a ping every 30 s', bare_usual.server.port, atBare),
    await waiter('Nod, WebSocket', nod.server.port, atNod),
    await waiter('Nod, long-poll', nod.server.port, atNod, true),
    await waiter('node-oidc-provider, polled every 5 s', oidc.server.port, (wire) => atOidc(wire, 5)),
    await waiter('better-auth, polled every 5 s', better.server.port, (wire) => atBetterAuth(wire, 5)),
    await waiter('better-auth, polled every 1 s', better.server.port, (wire) => atBetterAuth(wire, 1)),
  ]

  const over = new AbortController()
  // Who is cut off in the middle of a poll when all is over has nothing more to say.
  const begin = (one: Waiter): void => {
    Promise.resolve(one.begin(over.signal)).catch((error) => {
      if (!over.signal.aborted) console.error(`${one.name}: ${error}`)
    })
  }
  for (let i = 0; i < pages; i++) {
    for (const one of waiters) begin(one)
    await delay(apart * 1000)
  }
  const before = waiters.map(({ wire }) => wire.bytes())
  await delay(seconds * 1000)
  const [ws, ws_usual, nod_ws, nod_poll, ...polled] = waiters.map(({ name, wire }, i) => ({
    name,
    value: ((wire.bytes() - before[i]!) / pages / seconds) * 60,
  }))
  over.abort()
  const unit = 'bytes a minute'
  return [
    {
      ...{ id: 'bytes-websocket', what: 'a page that waits, WebSocket', unit, value: nod_ws!.value },
      beside: [{ ...ws!, target: { most: 1.1 } }, ws_usual!, ...polled],
    },
    {
      ...{ id: 'bytes-long-poll', what: 'a page that waits, long-poll', unit, value: nod_poll!.value },
      beside: [{ ...ws!, target: { most: 4.5 } }, ws_usual!, ...polled],
    },
  ]
}
