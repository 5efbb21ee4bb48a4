/** The floor: a server of `ws` and node:http that commits once for each approval and tells whoever waits. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../demo/ports.ts'
import { Connection } from '../load/connection.ts'
import { Frames } from '../load/frames.ts'
import { Server } from '../servers/server.ts'
import type { KeepsWaiting } from './contender.ts'

/** Milliseconds between two pings: as the README of `ws` has them, and as Nod has them. */
export const PINGS = { usual: 30_000, as_nod: 25_000 }

export async function startBare(transport: 'websocket' | 'long-poll', ping_ms = PINGS.usual): Promise<KeepsWaiting> {
  const folder = await mkdtemp(join(tmpdir(), 'nod-bench-'))
  const port = await freePort()
  const server = await Server.start('bare.mjs', port, { args: [`${port}`, join(folder, 'bare.db'), `${ping_ms}`] })
  const approver = new Connection(port)
  let pages = 0

  /** Begins to wait; gives what resolves when told. */
  async function wait(path: string): Promise<{ told: Promise<unknown>; close(): void }> {
    if (transport === 'websocket') {
      const socket = await Frames.open(port, path)
      return { told: socket.next(), close: () => socket.close() }
    }
    const http = new Connection(port)
    return { told: http.send('GET', path, ''), close: () => http.close() }
  }

  return {
    name: transport === 'websocket' ? 'bare ws' : 'bare node:http',
    server,
    async open() {
      const path = `/${pages++}`
      const { told, close } = await wait(path)
      // A page that is closed while it waits is told nothing.
      told.catch(() => {})
      return {
        async approve() {
          const start = performance.now()
          const answered = approver.send('POST', path, '')
          await told
          const waited = performance.now() - start
          await answered
          return waited
        },
        close,
      }
    },
    async stop() {
      approver.close()
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
