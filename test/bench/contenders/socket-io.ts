/** socket.io as a relay between pages and approvers. Nothing is stored, signed or redeemed. */
import { freePort } from '../../demo/ports.ts'
import { SocketIoClient, type SocketIoTransport } from '../load/socket-io-client.ts'
import { Server } from '../servers/server.ts'
import type { KeepsWaiting, SignsIn } from './contender.ts'

async function startRelay(): Promise<Server> {
  const port = await freePort()
  return Server.start('../rivals/socket-io.mjs', port, { args: [`${port}`], ready: '/socket.io/socket.io.js' })
}

interface Waiting {
  client: SocketIoClient
  session_id: string
  /** Settled by the event of that name; asked for before it can come. */
  told(event: string): Promise<void>
}

async function openPage(port: number, transport: SocketIoTransport): Promise<Waiting> {
  const client = await SocketIoClient.connect(port, transport)
  const { session_id } = (await client.ask('wait')) as { session_id: string }
  const waiting = new Map<string, () => void>()
  client.onEvent = (name) => waiting.get(name)?.()
  const told = (event: string): Promise<void> => new Promise((resolve) => waiting.set(event, resolve))
  return { client, session_id, told }
}

/** `upgrade`: pages and approvers connect as its client does unless told otherwise. */
export async function startSocketIoSignIns(transport: 'upgrade' | 'websocket'): Promise<SignsIn> {
  const server = await startRelay()
  return {
    name: 'socket.io',
    server,
    async signIn() {
      const page = await openPage(server.port, transport)
      const approver = await SocketIoClient.connect(server.port, transport)
      const { session_id } = page
      await Promise.all([page.told('claimed'), approver.ask('claim', { session_id })])
      await Promise.all([page.told('approved'), approver.ask('approve', { session_id })])
      page.client.close()
      approver.close()
    },
    stop: () => server.stop(),
  }
}

export async function startSocketIoWaiting(transport: 'websocket' | 'polling'): Promise<KeepsWaiting> {
  const server = await startRelay()
  const approver = await SocketIoClient.connect(server.port, 'websocket')
  return {
    name: transport === 'websocket' ? 'socket.io' : 'socket.io, polling',
    server,
    async open() {
      const { client, session_id, told } = await openPage(server.port, transport)
      return {
        async approve() {
          const is_told = told('approved')
          const start = performance.now()
          const answered = approver.ask('approve', { session_id })
          await is_told
          const waited = performance.now() - start
          await answered
          return waited
        },
        close: () => client.close(),
      }
    },
    async stop() {
      approver.close()
      await server.stop()
    },
  }
}
