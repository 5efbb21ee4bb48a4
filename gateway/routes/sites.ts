/**
 * The sites that the extension may offer to put its code on. Open to all: the browser that shows a code is often one
 * where nobody is linked, and what is listed here the sites say themselves on their login pages.
 */
import { Hono } from 'hono'
import { SiteList } from '../../shared/protocol/messages.ts'
import type { Clients } from '../clients.ts'
import { documented, type Env } from './request.ts'

export function siteRoutes(clients: Clients): Hono<Env> {
  const routes = new Hono<Env>()
  routes.get('/v1/sites', documented('The sites with a login page', { 200: SiteList }), async (c) =>
    c.json({ sites: await clients.sites() }),
  )
  return routes
}
