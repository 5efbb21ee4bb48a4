/** Where a device without a browser starts its sign-in (RFC 8628 §3.1): it shows the answer, a person does the rest. */
import { Hono } from 'hono'
import * as v from 'valibot'
import { countBeginning } from '../beginnings.ts'
import type { ClientCredentials } from '../client-credentials.ts'
import { isPublic } from '../clients.ts'
import type { Deps } from '../deps.ts'
import { NodError } from '../error.ts'
import { pollingOf } from '../grants/device-code.ts'
import { startRefusal } from '../policies.ts'
import { grantedScope } from '../scopes.ts'
import type { Sessions } from '../sessions.ts'
import { authenticateClient } from './client-authentication.ts'
import { singleBodyParams } from './form.ts'
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

export function deviceAuthorizationRoutes(deps: Deps, credentials: ClientCredentials, sessions: Sessions): Hono<Env> {
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
      'network_not_allowed',
      'too_many_requests',
    ),
    async (c) => {
      const params = await singleBodyParams(c)
      const client = await authenticateClient(c, params, credentials)
      const page = pageInfo(c, config)
      // The client itself is what asks here, as surely as it can show who it is.
      const barred = startRefusal(client, { address: page.ip, pushed: !isPublic(client), by_extension: false })
      if (!client.device_grant || barred?.error === 'extension_required') throw new NodError('unauthorized_client')
      if (barred) throw new NodError(barred.error, barred.description ? { description: barred.description } : {})
      const scope = grantedScope(params.get('scope') ?? 'openid', client, 'device')
      if (!scope.includes('openid')) throw new NodError('invalid_scope')
      const by = isPublic(client) ? 'page' : 'backend'
      await countBeginning(limits, { ip: page.ip, client_id: client.client_id, by })
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
