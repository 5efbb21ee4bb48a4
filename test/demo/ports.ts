/** Ports on the loopback interface: a free one, a wished one if it can be had, and listening with a clear failure. */
import { createServer, type Server } from 'node:net'

const LOOPBACK = '127.0.0.1'

interface Listening {
  listen: Server['listen']
  once: Server['once']
  off: Server['off']
}

/** Listens on the loopback interface; rejects with the port in the message when somebody else has it. */
export function listen(server: Listening, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void =>
      reject(error.code === 'EADDRINUSE' ? new Error(`port ${port} is in use`, { cause: error }) : error)
    server.once('error', refuse)
    server.listen(port, LOOPBACK, () => {
      server.off('error', refuse)
      resolve()
    })
  })
}

/** A port that is free now: `wished` if it is, else any. */
export async function freePort(wished = 0): Promise<number> {
  const probe = createServer()
  try {
    await listen(probe, wished)
  } catch {
    return freePort()
  }
  const { port } = probe.address() as { port: number }
  await new Promise((done) => probe.close(done))
  return port
}
