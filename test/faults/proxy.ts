/**
 * A proxy between pages and the gateway that does what bad proxies do. It can also go deaf: both ways are dropped without
 * a word, and every line stays open.
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { freePort, listen } from '../demo/ports.ts'

export type Habit =
  | 'is fair'
  | 'strips Upgrade'
  | 'answers 400'
  | 'answers 426'
  | 'answers 502'
  | 'answers 504'
  | 'hangs'
  | 'buffers'
  | 'cuts'
  | 'gives up on what is held'

/** Milliseconds after which the ones with little patience cut or give up. */
const PATIENCE = 2000

export interface Between extends AsyncDisposable {
  url: string
  /** From now on nothing gets through, or again. */
  deafen(deaf: boolean): void
}

export async function openProxy(target_port: number, habit: Habit): Promise<Between> {
  let deaf = false
  const streams = new Set<Duplex>()
  const target = { host: '127.0.0.1', port: target_port }

  const forward = ({ method = 'GET', url = '/', headers }: IncomingMessage, body: IncomingMessage | null) => {
    const forwarded = request({ ...target, method, path: url, headers, agent: false })
    if (body) body.pipe(forwarded)
    else forwarded.end()
    return forwarded
  }

  function answer(incoming: IncomingMessage, response: ServerResponse): void {
    if (deaf) return
    const forwarded = forward(incoming, incoming)
    forwarded.once('error', () => response.destroy())
    response.once('close', () => forwarded.destroy())
    if (habit === 'cuts') setTimeout(() => response.destroy(), PATIENCE).unref()
    const given_up = setTimeout(() => response.writeHead(504).end('Gateway Timeout'), PATIENCE)
    if (habit !== 'gives up on what is held') clearTimeout(given_up)
    forwarded.once('response', (from) => {
      clearTimeout(given_up)
      if (deaf || response.headersSent) return
      response.writeHead(from.statusCode!, from.headers)
      from.pipe(response)
    })
  }

  function upgrade(incoming: IncomingMessage, stream: Duplex): void {
    stream.on('error', () => stream.destroy())
    const status = /^answers (\d+)$/.exec(habit)?.[1]
    if (deaf || habit === 'hangs') return
    if (status) return void stream.end(`HTTP/1.1 ${status} No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
    if (habit === 'strips Upgrade') {
      const { upgrade, connection, ...headers } = incoming.headers
      const stripped = request({ ...target, path: incoming.url!, headers, agent: false }).end()
      stripped.once('error', () => stream.destroy())
      return void stripped.once('response', (from) =>
        stream.end(`HTTP/1.1 ${from.statusCode} X\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`),
      )
    }
    const upstream = connect(target)
    upstream.on('error', () => upstream.destroy())
    const { rawHeaders } = incoming
    const lines = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? `${name}: ${rawHeaders[i + 1]}` : []))
    upstream.write(`GET ${incoming.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
    let head_passed = false
    upstream.on('data', (chunk: Buffer) => {
      // What it buffers it lets go of when the answer is whole, and a socket's never is.
      if (!deaf && !(habit === 'buffers' && head_passed)) stream.write(headOf(chunk, habit))
      head_passed = true
    })
    stream.on('data', (chunk: Buffer) => void (deaf || upstream.write(chunk)))
    const end = () => {
      if (deaf) return
      stream.destroy()
      upstream.destroy()
    }
    stream.once('close', end)
    upstream.once('close', end)
    if (habit === 'cuts') setTimeout(end, PATIENCE).unref()
  }

  const server = createServer(answer).on('upgrade', upgrade)
  server.on('connection', (stream) => {
    streams.add(stream)
    stream.once('close', () => streams.delete(stream))
  })
  const port = await freePort()
  await listen(server, port)
  return {
    url: `http://localhost:${port}`,
    deafen(now_deaf) {
      deaf = now_deaf
    },
    async [Symbol.asyncDispose]() {
      server.close()
      for (const stream of streams) stream.destroy()
    },
  }
}

/** The 101 alone where the rest is held back: both may come in one packet. */
function headOf(chunk: Buffer, habit: Habit): Buffer {
  const end = chunk.indexOf('\r\n\r\n')
  return habit === 'buffers' && end >= 0 ? chunk.subarray(0, end + 4) : chunk
}
