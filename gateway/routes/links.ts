/** Linking an extension: its own announcement and wait, and the offer that a signed-in person answers. */
import { Hono } from 'hono'
import { EnrolRequest, LinkAnswer, LinkCreated, LinkOffer, LinkView } from '../../shared/protocol/messages.ts'
import type { Deps } from '../deps.ts'
import { NodError } from '../error.ts'
import type { Links } from '../links.ts'
import type { Authenticate } from './authenticate.ts'
import { readCursor } from './cursor.ts'
import { held } from './held.ts'
import { pageInfo } from './page-info.ts'
import { bearer, documented, type Env, jsonBody } from './request.ts'

export function linkRoutes(deps: Deps, authenticate: Authenticate, links: Links): Hono<Env> {
  const { config, clock, hub, store } = deps
  const routes = new Hono<Env>()

  routes.post(
    '/v1/links',
    documented(
      'Announce the key of an extension',
      { 201: LinkCreated },
      'invalid_request',
      'invalid_proof',
      'too_many_requests',
    ),
    jsonBody(EnrolRequest),
    async (c) => {
      const created = await links.create(c.req.valid('json'), pageInfo(c, config))
      if (!created.ok) throw new NodError(created.reason, { members: { now: clock.now() } })
      return c.json(created.link, 201)
    },
  )

  routes.get(
    '/v1/links/:id',
    documented('Wait for a newer view of a link', { 200: LinkView }, 'invalid_request', 'unauthorized'),
    async (c) => {
      const link_id = c.req.param('id')
      if (!(await links.isHolder(link_id, bearer(c) ?? ''))) throw new NodError('unauthorized')
      const read = async (): Promise<LinkView> => {
        const view = await links.view(link_id)
        if (!view) throw new NodError('unauthorized')
        return view
      }
      return held(c, hub, `link:${link_id}`, read, readCursor(c, store.epoch, `link:${link_id}`))
    },
  )

  routes.get(
    '/v1/links/:id/offer',
    documented('What a link asks for', { 200: LinkOffer }, 'sign_in_required', 'link_not_found', 'link_over'),
    async (c) => {
      const found = await links.offer(await authenticate.caller(c), c.req.param('id'))
      if (!found.ok) throw new NodError(found.reason)
      return c.json(found.offer)
    },
  )

  routes.post(
    '/v1/links/:id/accept',
    documented(
      'Make the extension a device of the account',
      { 200: LinkAnswer },
      'sign_in_required',
      'fresh_sign_in_required',
      'forbidden_origin',
      'link_not_found',
      'link_over',
      'too_many_devices',
    ),
    async (c) => {
      const accepted = await links.accept(await authenticate.fresh(c), c.req.param('id'))
      if (!accepted.ok) throw new NodError(accepted.reason)
      return c.json(accepted.answer)
    },
  )

  routes.post(
    '/v1/links/:id/refuse',
    documented(
      'Refuse the link',
      { 200: LinkAnswer },
      'sign_in_required',
      'forbidden_origin',
      'link_not_found',
      'link_over',
    ),
    async (c) => {
      const refused = await links.refuse(await authenticate.caller(c), c.req.param('id'))
      if (!refused.ok) throw new NodError(refused.reason)
      return c.json(refused.answer)
    },
  )
  return routes
}
