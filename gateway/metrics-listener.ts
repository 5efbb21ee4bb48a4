/** `GET /metrics` on an address of its own, so that what faces the world never shows it. */
import { createServer } from 'node:http'
import { bind } from './bind.ts'
import type { Metrics } from './metrics.ts'

export interface MetricsListening {
  port: number
  stop(): Promise<void>
}

export async function listenForMetrics(
  { host, port }: { host: string; port: number },
  metrics: Metrics,
): Promise<MetricsListening> {
  const server = createServer(async (request, response) => {
    if (request.url !== '/metrics') return response.writeHead(404).end('GET /metrics\n')
    if (request.method !== 'GET') return response.writeHead(405, { Allow: 'GET' }).end()
    response.writeHead(200, { 'Content-Type': metrics.content_type }).end(await metrics.text())
  })
  const bound = await bind(server, host, port, { host: 'NOD_METRICS_LISTEN', port: 'NOD_METRICS_LISTEN' })
  return {
    port: bound,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
