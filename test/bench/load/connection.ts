/**
 * A client of HTTP/1.1 that costs the measuring side next to nothing: one kept connection, one request at a time on it.
 * Reads what the servers of the bench answer and no more of the protocol than that.
 */
import { connect, type Socket } from 'node:net'

export interface Answer {
  status: number
  /** The lines before the body, as they came. */
  head: string
  body: string
}

/** Loopback has 28,000 ports for each address: several take turns, so that closed ones can rest. */
const ADDRESSES = Array.from({ length: 8 }, (_, i) => `127.0.0.${i + 2}`)
let turn = 0

export function dial(port: number): Socket {
  turn = (turn + 1) % ADDRESSES.length
  const socket = connect({ port, host: '127.0.0.1', localAddress: ADDRESSES[turn]! })
  return socket.setNoDelay(true)
}

/** Milliseconds until an answer that does not come is a fault of the bench: longer than any request is held. */
const PATIENCE = 90_000

export class Connection {
  readonly #port: number
  #socket: Socket | null = null
  #text = ''
  #waiting: { resolve(answer: Answer): void; reject(error: Error): void } | null = null

  constructor(port: number) {
    this.#port = port
  }

  /** `headers` are whole lines, each with its CRLF. Rejects when the connection ends before the answer has. */
  send(method: string, path: string, headers: string, body = ''): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const late = setTimeout(() => {
      reject(new Error(`${method} ${path.split('?')[0]}: no answer`))
      this.close()
    }, PATIENCE)
    this.#waiting = {
      resolve(answer) {
        clearTimeout(late)
        resolve(answer)
      },
      reject(error) {
        clearTimeout(late)
        reject(error)
      },
    }
    this.#text = ''
    const length = body === '' ? '' : `Content-Length: ${Buffer.byteLength(body)}\r\n`
    this.#open().write(`${method} ${path} HTTP/1.1\r\nHost: localhost:${this.#port}\r\n${headers}${length}\r\n${body}`)
    return promise
  }

  close(): void {
    this.#socket?.destroy()
    this.#socket = null
  }

  #open(): Socket {
    if (this.#socket?.writable) return this.#socket
    const socket = dial(this.#port)
    const end = (error = new Error('the connection was closed')): void => {
      if (this.#socket === socket) this.#socket = null
      this.#waiting?.reject(error)
      this.#waiting = null
    }
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => this.#read(chunk))
    socket.on('error', end)
    socket.on('close', () => end())
    this.#socket = socket
    return socket
  }

  #read(chunk: string): void {
    this.#text += chunk
    const answer = parse(this.#text)
    if (!answer) return
    const waiting = this.#waiting
    this.#waiting = null
    waiting?.resolve(answer)
  }
}

/** The answer, once all of it is there. */
function parse(text: string): Answer | null {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return null
  const head = text.slice(0, end)
  const rest = text.slice(end + 4)
  const status = Number(head.slice(9, 12))
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length !== undefined) return rest.length < Number(length) ? null : { status, head, body: rest }
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return { status, head, body: '' }
  if (!rest.endsWith('0\r\n\r\n')) return null
  return { status, head, body: unchunk(rest) }
}

function unchunk(text: string): string {
  let body = ''
  for (let at = 0; ; ) {
    const line_end = text.indexOf('\r\n', at)
    const size = Number.parseInt(text.slice(at, line_end), 16)
    if (!(size > 0)) return body
    body += text.slice(line_end + 2, line_end + 2 + size)
    at = line_end + 4 + size
  }
}

/** Throws with what was answered instead of `status`. */
export function expectStatus(answer: Answer, status: number, what: string): Answer {
  if (answer.status !== status) throw new Error(`${what}: ${answer.status} ${answer.body.slice(0, 300)}`)
  return answer
}

/** The cookies that an answer sets, by name. */
export const setCookies = ({ head }: Answer): Map<string, string> =>
  new Map([...head.matchAll(/\r\nset-cookie: *([^=;\s]+)=([^;\r]*)/gi)].map(([, name, value]) => [name!, value!]))
