/**
 * Counts what goes over a wire: a proxy between clients and a server that passes everything on and adds it up. Each
 * message counts with what TLS 1.3 and TCP/IP put around it, and with the packet that acknowledges it.
 */
import { connect, createServer, type Socket } from 'node:net'
import { freePort, listen } from '../../demo/ports.ts'

/** Bytes: a record's header, type and tag (RFC 8446 §5.2), the headers of IPv4 and TCP, and an empty packet back. */
const TLS = 22
const PACKET = 40
const AROUND = TLS + PACKET + PACKET

export interface Wire {
  port: number
  /** Bytes so far, both ways. */
  bytes(): number
  close(): void
}

/** `blocks` says of a connection's first bytes that they go nowhere: a network that takes no WebSockets, for one. */
export async function wireTo(port: number, blocks: (head: string) => boolean = () => false): Promise<Wire> {
  let bytes = 0
  const open = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from.setNoDelay(true))
      from.on('data', (chunk) => {
        if (from === client && blocks(chunk.toString('latin1'))) return client.destroy()
        bytes += chunk.length + AROUND
        return to.write(chunk)
      })
      from.on('error', () => {})
      from.on('close', () => {
        open.delete(from)
        to.destroy()
      })
    }
  })
  const own = await freePort()
  await listen(server, own)
  return {
    port: own,
    bytes: () => bytes,
    close() {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}
