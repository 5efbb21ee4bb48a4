/** Binds a server to its address, or says to the operator why it cannot be bound and which setting mends it. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The settings that the address came from. */
interface SetBy {
  host: string
  port: string
}

/** The port that was bound; rejects with an Error for the operator. */
export async function bind(server: Server, host: string, port: number, by: SetBy): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(bindError(cause, host, port, by)))
    server.listen(port, host, resolve)
  })
  return (server.address() as AddressInfo).port
}

function bindError(cause: NodeJS.ErrnoException, host: string, port: number, by: SetBy): Error {
  const where = `${host}:${port}`
  const mends: Record<string, string> = {
    EADDRINUSE: `${where} is in use: stop what listens there, or set ${by.port} to a free port`,
    EACCES: `${where} may not be used by this user: set ${by.port} to 1024 or above`,
    EADDRNOTAVAIL: `${host} is no address of this machine: set ${by.host} to one`,
  }
  return new Error(mends[cause.code ?? ''] ?? `cannot listen on ${where}: ${cause.message}`, { cause })
}
