/** The sites that the extension may offer to put its code on. */
import { Hono } from 'hono'
import { SiteList } from '../../shared/protocol/messages.ts'
import type { Clients } from '../clients.ts'
import type { Authenticate } from './authenticate.ts'
import { documented, type Env } from './request.ts'

export function siteRoutes(authenticate: Authenticate, clients: Clients): Hono<Env> {
  const routes = new Hono<Env>()
  routes.get(
    '/v1/sites',
    documented('The sites with a login page', { 200: SiteList }, 'sign_in_required', 'unauthorized'),
    async (c) => {
      await authenticate.caller(c)
      return c.json({ sites: await clients.sites() })
    },
  )
  return routes
}
