/**
 * Stands where a gateway should be: passes everything on to the real one, but for those requests that a test wants
 * answered badly. To the extension the two are one, so it has a linked account at a gateway that then turns hostile.
 */
import { createServer, type IncomingMessage, request as passOn, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { listen } from '../../demo/ports.ts'

export type Attack = (request: IncomingMessage, response: ServerResponse) => void

export interface HostileFront {
  /** Answers by `attack` what `hits` this method and path, sockets included; null passes everything on. */
  turn(attack: { hits: (method: string, path: string) => boolean; by: Attack } | null): void
  /** How many requests were answered badly. */
  readonly struck: number
  close(): Promise<void>
}

export async function openFront(port: number, gateway_port: number): Promise<HostileFront> {
  let current: Parameters<HostileFront['turn']>[0] = null
  let struck = 0
  const isHit = ({ method = '', url = '' }: IncomingMessage): boolean =>
    current?.hits(method, url.split('?', 1)[0] ?? '') ?? false
  const forward = ({ method, url, headers }: IncomingMessage) =>
    passOn({ host: '127.0.0.1', port: gateway_port, method, path: url, headers })

  const server = createServer((request, response) => {
    if (isHit(request)) {
      struck++
      current?.by(request, response)
      return
    }
    const forwarded = forward(request)
    forwarded.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    forwarded.on('error', () => response.destroy())
    response.on('close', () => forwarded.destroy())
    request.pipe(forwarded)
  })
  server.on('upgrade', (request, socket: Socket, head) => {
    socket.on('error', () => {})
    if (isHit(request)) {
      struck++
      socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n')
      return
    }
    const forwarded = forward(request)
    forwarded.on('upgrade', (answer, other: Socket, first: Buffer) => {
      const { rawHeaders } = answer
      const lines = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${rawHeaders[i + 1]}`] : []))
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`)
      socket.write(first)
      other.write(head)
      other.on('error', () => socket.destroy())
      other.pipe(socket).pipe(other)
      socket.on('close', () => other.destroy())
    })
    forwarded.on('response', () => socket.destroy())
    forwarded.on('error', () => socket.destroy())
    forwarded.end()
  })
  await listen(server, port)
  return {
    turn(attack) {
      current = attack
    },
    get struck() {
      return struck
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
