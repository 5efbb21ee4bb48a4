/**
 * As much of a client of socket.io (Engine.IO 4) as the bench needs, over either transport and as cheap as the rest of its
 * clients: connect, ask with an acknowledgement, be told.
 */
import { Connection, expectStatus } from './connection.ts'
import { Frames } from './frames.ts'

const SEPARATOR = '\x1e'

export type SocketIoTransport = 'websocket' | 'polling' | 'upgrade'

export class SocketIoClient {
  #send!: (packet: string) => Promise<unknown> | unknown
  #close!: () => void
  readonly #connected = Promise.withResolvers<void>()
  #asked: { resolve(answer: unknown): void } | null = null
  /** Takes each event that the server emits. */
  onEvent: (name: string, value: unknown) => void = () => {}

  static async connect(port: number, transport: SocketIoTransport): Promise<SocketIoClient> {
    const client = new SocketIoClient()
    if (transport === 'websocket') await client.#overSocket(port)
    else if (transport === 'polling') await client.#overPolls(port)
    else await client.#byUpgrade(port)
    await client.#connected.promise
    return client
  }

  /** One question at a time; resolves with what is acknowledged. */
  ask(name: string, value?: object): Promise<unknown> {
    return new Promise((resolve) => {
      this.#asked = { resolve }
      this.#send(`420${JSON.stringify(value === undefined ? [name] : [name, value])}`)
    })
  }

  close(): void {
    this.#close()
  }

  async #overSocket(port: number): Promise<void> {
    const frames = await Frames.open(port, '/socket.io/?EIO=4&transport=websocket')
    this.#send = (packet) => frames.send(packet)
    this.#close = () => frames.close()
    frames.takeEach((packet) => this.#take(packet))
  }

  async #overPolls(port: number): Promise<void> {
    const http = new Connection(port)
    const path = await this.#opened(http)
    const outbox: string[] = ['40']
    let closed = false
    // What is to be said is said between two polls: one connection a page, as little as there can be.
    this.#send = (packet) => outbox.push(packet)
    this.#close = () => {
      closed = true
      http.close()
    }
    const turn = async (): Promise<void> => {
      while (!closed) {
        const said = outbox.splice(0).join(SEPARATOR)
        if (said) await post(http, path, said)
        await this.#poll(http, path)
        // Whoever was told something may have a question now.
        await new Promise(setImmediate)
      }
    }
    turn().catch((error) => {
      if (!closed) this.#connected.reject(error)
    })
  }

  /** As its own client does it unless told otherwise: a session by polls, then a WebSocket that takes over. */
  async #byUpgrade(port: number): Promise<void> {
    const http = new Connection(port)
    const path = await this.#opened(http)
    await post(http, path, '40')
    await this.#poll(http, path)
    const frames = await Frames.open(port, path.replace('polling', 'websocket'))
    frames.send('2probe')
    const probed = frames.next()
    // The server ends this poll with a no-op once it has been probed.
    await this.#poll(http, path)
    if ((await probed) !== '3probe') throw new Error('socket.io did not upgrade')
    http.close()
    frames.send('5')
    this.#send = (packet) => frames.send(packet)
    this.#close = () => frames.close()
    frames.takeEach((packet) => this.#take(packet))
  }

  /** The path of a new session over polls. */
  async #opened(http: Connection): Promise<string> {
    const path = '/socket.io/?EIO=4&transport=polling'
    const opened = expectStatus(await http.send('GET', path, ''), 200, 'socket.io')
    return `${path}&sid=${(JSON.parse(opened.body.slice(1)) as { sid: string }).sid}`
  }

  async #poll(http: Connection, path: string): Promise<void> {
    const { body } = expectStatus(await http.send('GET', path, ''), 200, 'poll')
    for (const packet of body.split(SEPARATOR)) this.#take(packet)
  }

  #take(packet: string): void {
    if (packet === '2') this.#send('3')
    else if (packet.startsWith('0')) this.#send('40')
    else if (packet.startsWith('40')) this.#connected.resolve()
    else if (packet.startsWith('430')) this.#asked?.resolve((JSON.parse(packet.slice(3)) as unknown[])[0])
    else if (packet.startsWith('42')) {
      const [name, value] = JSON.parse(packet.slice(2)) as [string, unknown]
      this.onEvent(name, value)
    }
  }
}

async function post(http: Connection, path: string, packets: string): Promise<void> {
  expectStatus(await http.send('POST', path, 'Content-Type: text/plain\r\n', packets), 200, 'post')
}
