/** Where a linked extension answers for a session that it has started, at clients that take no others. */
import { Hono } from 'hono'
import { VouchRequest } from '../../shared/protocol/session-messages.ts'
import { NodError } from '../error.ts'
import type { Policies } from '../policies.ts'
import type { Authenticate } from './authenticate.ts'
import { documented, type Env, jsonBody } from './request.ts'

export function vouchingRoutes(authenticate: Authenticate, policies: Policies): Hono<Env> {
  const routes = new Hono<Env>()
  routes.post(
    '/v1/sessions/:id/vouch',
    documented(
      'Answer for having started a session, as a linked extension: the token of the device, the secret of the page',
      { 204: null },
      'unauthorized',
      'extension_required',
      'session_conflict',
    ),
    // Who calls is settled before a body is looked at.
    async (c, next) => {
      await authenticate.device(c)
      await next()
    },
    jsonBody(VouchRequest),
    async (c) => {
      const { device } = await authenticate.device(c)
      const { poll_secret } = c.req.valid('json')
      const vouched = await policies.vouch(device, c.req.param('id'), poll_secret)
      if (!vouched.ok) throw new NodError(vouched.reason)
      return c.body(null, 204)
    },
  )
  return routes
}
