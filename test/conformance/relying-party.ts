/** A site with a server of its own: the relying party's code behind a real port, gone when the test is over. */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { onTestFinished } from 'vitest'
import { freePort, listen } from '../demo/ports.ts'

/** The form of express and its like. */
export type Handler = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void

/** The registration has to name the origin before the site can be made with what it gave. */
export async function originOf(): Promise<string> {
  return `http://localhost:${await freePort()}`
}

export async function serve(origin: string, listener: RequestListener): Promise<void> {
  const server = createServer(listener)
  await listen(server, Number(new URL(origin).port))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
}
