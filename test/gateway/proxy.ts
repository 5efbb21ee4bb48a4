/**
 * A proxy in front of a real gateway that treats a waiting page as the worse ones do. Only the page's own requests suffer;
 * whoever approves has a good line. Everything goes over real connections.
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { onTestFinished } from 'vitest'
import { freePort, listen } from '../demo/ports.ts'

export type Manner =
  | 'passes all on'
  | 'strips Upgrade'
  | 'answers upgrades with 400'
  | 'lets upgrades hang'
  | 'buffers'
  | 'cuts after a while'
  | 'answers 504 after a while'
  | 'answers 502'
  | 'drops everything'

/** Milliseconds: the ten seconds after which many a proxy cuts, scaled down. */
const A_WHILE = 3000

export interface Middleman {
  origin: string
  /** The gateway's own port. */
  port: number
  manner: Manner
  /** What the page asked, in order: `socket`, `poll?wait=20…`. */
  readonly asked: string[]
  /** Requests of the page that wait for an answer. */
  open: number
}

const isPages = ({ url = '' }: IncomingMessage): boolean => url.startsWith('/v1/sessions/')

export async function startProxy(manner: Manner): Promise<Middleman> {
  const [port, gateway_port] = [await freePort(), await freePort()]
  const proxy: Middleman = { origin: `http://localhost:${port}`, port: gateway_port, manner, asked: [], open: 0 }
  const connections = new Set<Duplex>()
  const mannerFor = (asked: IncomingMessage): Manner => (isPages(asked) ? proxy.manner : 'passes all on')

  const server = createServer((asked, answer) => {
    if (isPages(asked)) {
      proxy.asked.push(`poll${asked.url!.replace(/^[^?]*/, '')}`)
      proxy.open += 1
      answer.on('close', () => {
        proxy.open -= 1
      })
    }
    const manner = mannerFor(asked)
    if (manner === 'drops everything') return
    if (manner === 'answers 502') return void answer.writeHead(502).end('<h1>Bad gateway</h1>')
    if (manner === 'cuts after a while') setTimeout(() => asked.socket.destroy(), A_WHILE)
    if (manner === 'answers 504 after a while')
      setTimeout(() => answer.headersSent || answer.writeHead(504).end('<h1>Gateway timeout</h1>'), A_WHILE)
    passOn(asked, answer, manner)
  })

  function passOn(asked: IncomingMessage, answer: ServerResponse, manner: Manner): void {
    const { method, url: path, headers } = asked
    const onward = request({ port: gateway_port, host: '127.0.0.1', method, path, headers, agent: false })
    answer.on('close', () => onward.destroy())
    onward.on('error', () => answer.headersSent || answer.writeHead(502).end())
    onward.on('response', async (given) => {
      const body = []
      for await (const chunk of given) body.push(chunk)
      // Whoever buffers has all of it before passing on any of it, and takes its time.
      if (manner === 'buffers') await new Promise((done) => setTimeout(done, 300))
      if (mannerFor(asked) === 'drops everything' || answer.headersSent) return
      answer.writeHead(given.statusCode!, given.headers).end(Buffer.concat(body))
    })
    asked.pipe(onward)
  }

  server.on('upgrade', (asked: IncomingMessage, line: Socket, head: Buffer) => {
    line.on('error', () => line.destroy())
    proxy.asked.push('socket')
    switch (mannerFor(asked)) {
      case 'lets upgrades hang':
      case 'drops everything':
        return
      case 'answers upgrades with 400':
        return line.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      case 'answers 502':
      case 'answers 504 after a while':
        return line.end('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      case 'strips Upgrade':
        return tunnel(asked, line, head, /^(upgrade|connection)$/i)
      default:
        return tunnel(asked, line, head)
    }
  })

  /** The upgrade as it came, or without the headers that make it one. */
  function tunnel(asked: IncomingMessage, line: Socket, head: Buffer, without = /^$/): void {
    const onward = connect(gateway_port, '127.0.0.1')
    const headers = asked.rawHeaders.flatMap((name, index) =>
      index % 2 === 0 && !without.test(name) ? [`${name}: ${asked.rawHeaders[index + 1]}\r\n`] : [],
    )
    onward.write(`GET ${asked.url} HTTP/1.1\r\n${headers.join('')}\r\n`)
    onward.write(head)
    const pass = (from: Socket, to: Socket): void => {
      // What was dropped stays lost to this line, as after a change of networks; only new ones work again.
      let lost = false
      from.on('data', (chunk) => {
        lost ||= proxy.manner === 'drops everything'
        if (!lost && !(proxy.manner === 'buffers' && from === onward)) to.write(chunk)
      })
      from.on('close', () => lost || proxy.manner === 'drops everything' || to.destroy())
      from.on('error', () => from.destroy())
    }
    pass(line, onward)
    pass(onward, line)
    connections.add(onward)
    if (proxy.manner === 'cuts after a while') setTimeout(() => line.destroy(), A_WHILE)
  }

  server.on('connection', (line) => connections.add(line))
  await listen(server, port)
  onTestFinished(() => {
    server.close()
    for (const line of connections) line.destroy()
  })
  return proxy
}
