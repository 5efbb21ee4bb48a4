/** A site's own server, as the gateway meets it when it calls there: keeps what came, answers as the test says. */
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { freePort, listen } from '../demo/ports.ts'

export interface Came {
  method: string
  path: string
  type: string
  body: string
}

export interface ListeningSite {
  origin: string
  came: Came[]
}

interface Said {
  status?: number
  location?: string
  body?: string
  /** Never answers. */
  silent?: boolean
}

export async function listeningSite(say: (came: Came) => Said = () => ({})): Promise<ListeningSite> {
  const came: Came[] = []
  const server = createServer(async (request, response) => {
    const one = {
      method: request.method!,
      path: request.url!,
      type: request.headers['content-type'] ?? '',
      body: await text(request),
    }
    came.push(one)
    const { status = 200, location, body = '', silent } = say(one)
    if (!silent) response.writeHead(status, location === undefined ? {} : { location }).end(body)
  })
  const port = await freePort()
  await listen(server, port)
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { origin: `http://127.0.0.1:${port}`, came }
}
