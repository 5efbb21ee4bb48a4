/** Puts the demo site on a port of its own, as a process of its own would. What it answers is in routes.ts. */
import { createAdaptorServer } from '@hono/node-server'
import { listen } from '../ports.ts'
import { CALLBACK_PATH, createSite } from './routes.ts'
import type { Provider } from './sign-in.ts'

export interface RunningSite {
  readonly origin: string
  close(): Promise<void>
}

/** Starts the site as this client of this issuer. */
export async function serveSite(origin: string, credentials: Omit<Provider, 'redirect_uri'>): Promise<RunningSite> {
  const site = createSite({ ...credentials, origin, redirect_uri: origin + CALLBACK_PATH })
  const server = createAdaptorServer({ fetch: site.fetch })
  await listen(server, Number(new URL(origin).port))
  return { origin, close: () => new Promise((done) => server.close(() => done())) }
}
