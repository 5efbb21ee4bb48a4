/**
 * A WebSocket client that costs the measuring side next to nothing: short text frames, pings answered, nothing checked.
 * Its mask is all zeros, so a payload goes out as it is.
 */
import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { dial } from './connection.ts'

const TEXT = 1
const CLOSE = 8
const PING = 9
const PONG = 10

export class Frames {
  readonly #socket: Socket
  readonly #texts: string[] = []
  #bytes: Buffer = Buffer.alloc(0)
  #next: { resolve(text: string): void; reject(error: Error): void } | null = null
  #onText: ((text: string) => void) | null = null

  private constructor(socket: Socket) {
    this.#socket = socket
  }

  /** `headers` are whole lines, each with its CRLF. */
  static open(port: number, path: string, headers = ''): Promise<Frames> {
    const { promise, resolve, reject } = Promise.withResolvers<Frames>()
    const socket = dial(port)
    const frames = new Frames(socket)
    const key = randomBytes(16).toString('base64')
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n${headers}\r\n`,
    )
    let head = ''
    const upgrade = (chunk: Buffer): void => {
      head += chunk.toString('latin1')
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return
      socket.off('data', upgrade)
      if (!head.startsWith('HTTP/1.1 101')) {
        reject(new Error(`upgrade: ${head.slice(0, 60)}`))
        return
      }
      socket.on('data', (more) => frames.#read(more))
      const rest = Buffer.from(head.slice(end + 4), 'latin1')
      if (rest.length > 0) frames.#read(rest)
      resolve(frames)
    }
    socket.on('data', upgrade)
    const end = (error = new Error('the socket was closed')): void => {
      reject(error)
      frames.#next?.reject(error)
    }
    socket.on('error', end)
    socket.on('close', () => end())
    return promise
  }

  /** From now on `take` gets every text, those that were not taken yet first. */
  takeEach(take: (text: string) => void): void {
    this.#onText = take
    for (const text of this.#texts.splice(0)) take(text)
  }

  /** The oldest text that was not taken yet. */
  next(): Promise<string> {
    const text = this.#texts.shift()
    if (text !== undefined) return Promise.resolve(text)
    return new Promise((resolve, reject) => {
      this.#next = { resolve, reject }
    })
  }

  send(text: string): void {
    this.#write(TEXT, Buffer.from(text))
  }

  close(): void {
    this.#socket.destroy()
  }

  #write(opcode: number, payload: Buffer): void {
    const long = payload.length > 125
    const head = Buffer.alloc(long ? 8 : 6)
    head[0] = 0x80 | opcode
    head[1] = 0x80 | (long ? 126 : payload.length)
    if (long) head.writeUInt16BE(payload.length, 2)
    this.#socket.write(Buffer.concat([head, payload]))
  }

  #read(chunk: Buffer): void {
    let bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk])
    for (;;) {
      const frame = firstFrame(bytes)
      if (!frame) break
      bytes = bytes.subarray(frame.end)
      if (frame.opcode === TEXT) this.#take(frame.payload.toString())
      if (frame.opcode === PING) this.#write(PONG, frame.payload)
      if (frame.opcode === CLOSE) this.#socket.destroy(new Error(`closed with ${frame.payload.readUInt16BE(0)}`))
    }
    // A copy: what is left is short, and the chunk it stands in is not.
    this.#bytes = Buffer.from(bytes)
  }

  #take(text: string): void {
    const next = this.#next
    this.#next = null
    if (this.#onText) this.#onText(text)
    else if (next) next.resolve(text)
    else this.#texts.push(text)
  }
}

function firstFrame(bytes: Buffer): { opcode: number; payload: Buffer; end: number } | null {
  if (bytes.length < 2) return null
  const short = bytes[1]! & 0x7f
  const start = short === 126 ? 4 : 2
  if (bytes.length < start) return null
  const end = start + (short === 126 ? bytes.readUInt16BE(2) : short)
  return bytes.length < end ? null : { opcode: bytes[0]! & 0x0f, payload: bytes.subarray(start, end), end }
}
