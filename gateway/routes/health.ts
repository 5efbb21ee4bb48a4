/** Whether the process lives, and whether it can sign people in. */
import { Hono } from 'hono'
import type { Deps } from '../deps.ts'
import type { Env } from './request.ts'

export function healthRoutes({ store, clock }: Deps): Hono<Env> {
  const routes = new Hono<Env>()
  routes.get('/health', (c) => c.json({ status: 'ok', now: clock.now() }))
  routes.get('/ready', async (c) => {
    await store.probe()
    return c.json({ status: 'ready', now: clock.now() })
  })
  return routes
}
