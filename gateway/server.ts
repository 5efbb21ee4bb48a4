/** Listens, upgrades, drains: the process's side of HTTP. The one door to the Node adapter. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Hono } from 'hono'
import { bind } from './bind.ts'
import type { Deps } from './deps.ts'
import type { Bindings, Env } from './routes/request.ts'
import { attachSockets, type SocketRoute } from './sockets.ts'

/** Milliseconds and bytes: what a slow or a large request may cost. */
const HEADERS_TIMEOUT = 9500
const REQUEST_TIMEOUT = 14_000
const CHECK_EVERY = 500
const MOST_HEADERS = 16 * 1024
const DRAIN = 8000

export interface Listening {
  port: number
  /** Stops taking requests, tells all who wait to come back, lets the rest finish. Resolves when nothing is open. */
  stop(): Promise<void>
  sockets(): number
}

export async function listen(
  app: Hono<Env>,
  deps: Deps,
  route: (path: string) => { route: SocketRoute; id: string } | null,
): Promise<Listening> {
  const { config, hub } = deps
  const ask: Bindings['ask'] = getRequestListener((request, env) =>
    app.fetch(request, Object.assign(env, { ask, put_aside: RESPONSE_ALREADY_SENT })),
  )
  const options = {
    maxHeaderSize: MOST_HEADERS,
    headersTimeout: HEADERS_TIMEOUT,
    requestTimeout: REQUEST_TIMEOUT,
    connectionsCheckingInterval: CHECK_EVERY,
    keepAliveTimeout: 30_000,
    // Other protocols that a client would rather speak are left unanswered (RFC 9110 §7.8), not refused.
    shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket',
  }
  const server = createServer(options, ask)
  const sockets = attachSockets(server, deps, { route })
  const endConnections = lastAnswers(server)
  const port = await bind(server, config.host, config.port, { host: 'NOD_HOST', port: 'NOD_PORT' })
  return {
    port,
    sockets: sockets.count,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      sockets.close()
      endConnections()
      hub.release()
      server.closeIdleConnections()
      const patience = setTimeout(() => server.closeAllConnections(), DRAIN)
      await closed
      clearTimeout(patience)
    },
  }
}

/**
 * Gives a function after which every answer ends its connection. A client that keeps its connection open after an answer
 * that was held would keep a stopping gateway waiting for it.
 */
function lastAnswers(server: Server): () => void {
  const under_way = new Set<ServerResponse>()
  let stopping = false
  const endsConnection = (response: ServerResponse): void => {
    if (!response.headersSent) response.setHeader('Connection', 'close')
  }
  server.prependListener('request', (_, response) => {
    under_way.add(response)
    response.once('close', () => under_way.delete(response))
    if (stopping) endsConnection(response)
  })
  return () => {
    stopping = true
    for (const response of under_way) endsConnection(response)
  }
}
