/** Where a device without a browser starts its sign-in (RFC 8628 §3.1): it shows the answer, a person does the rest. */
import { Hono } from 'hono'
import * as v from 'valibot'
import { networkOf } from '../address.ts'
import { SCOPES } from '../authorization.ts'
import type { Clients } from '../clients.ts'
import type { Deps } from '../deps.ts'
import { NodError } from '../error.ts'
import { pollingOf } from '../grants/device-code.ts'
import type { Sessions } from '../sessions.ts'
import { authenticateClient } from './client-authentication.ts'
import { bodyParams } from './form.ts'
import { pageInfo } from './page-info.ts'
import { documented, type Env } from './request.ts'

/** RFC 8628 §3.2, and what a device that can draw needs for the same rotating picture and the same push as a page. */
const DeviceAuthorization = v.object({
  device_code: v.string(),
  user_code: v.string(),
  verification_uri: v.string(),
  verification_uri_complete: v.string(),
  expires_in: v.number(),
  interval: v.number(),
  session_id: v.string(),
  poll_secret: v.string(),
  ticket_key: v.string(),
  ticket_period: v.number(),
})

export function deviceAuthorizationRoutes(deps: Deps, clients: Clients, sessions: Sessions): Hono<Env> {
  const { config, limits } = deps
  const routes = new Hono<Env>()
  routes.post(
    '/device_authorization',
    documented(
      'Start the sign-in of a device (RFC 8628 §3.1)',
      { 200: DeviceAuthorization },
      'invalid_request',
      'invalid_client',
      'unauthorized_client',
      'invalid_scope',
      'too_many_requests',
    ),
    async (c) => {
      const params = await bodyParams(c)
      if (params.repeated.length > 0)
        throw new NodError('invalid_request', { description: 'A parameter is there more than once.' })
      const client = await authenticateClient(c, params, clients)
      if (!client.device_grant) throw new NodError('unauthorized_client')
      const scope = SCOPES.filter((known) => (params.get('scope') ?? 'openid').split(' ').includes(known)).join(' ')
      if (!scope.includes('openid')) throw new NodError('invalid_scope')
      const page = pageInfo(c, config)
      await limits.take('create_by_ip', networkOf(page.ip))
      await limits.take('create_by_client', client.client_id)
      const { created, device_code } = await sessions.create({
        kind: 'device',
        client,
        authorization: { redirect_uri: null, scope },
        page: { ...page, origin: null },
      })
      const { user_code, verification_uri, session_id, poll_secret, ticket_key, ticket_period } = created
      return c.json({
        device_code,
        user_code,
        verification_uri,
        // The code stands behind the #, where no server's log and no link preview sees it.
        verification_uri_complete: `${verification_uri}#${user_code}`,
        expires_in: created.expires_at - created.now,
        interval: pollingOf(client, config.hold_seconds).interval,
        session_id,
        poll_secret,
        ticket_key,
        ticket_period,
      })
    },
  )
  return routes
}
