/** The pushed authorization request endpoint (RFC 9126 §2): takes a request from the client itself, gives a reference. */
import { Hono } from 'hono'
import * as v from 'valibot'
import { networkOf } from '../address.ts'
import type { ClientCredentials } from '../client-credentials.ts'
import { isPublic } from '../clients.ts'
import type { Deps } from '../deps.ts'
import { NodError } from '../error.ts'
import type { PushedRequests } from '../pushed-requests.ts'
import { authenticateClient } from './client-authentication.ts'
import { singleBodyParams } from './form.ts'
import { addressOf, documented, type Env } from './request.ts'

const Pushed = v.object({ request_uri: v.string(), expires_in: v.number() })

export function pushedAuthorizationRoutes(
  { config, limits }: Pick<Deps, 'config' | 'limits'>,
  credentials: ClientCredentials,
  pushedRequests: PushedRequests,
): Hono<Env> {
  const routes = new Hono<Env>()
  routes.post(
    '/pushed_authorization_request',
    documented(
      'Leave an authorization request here before the browser comes with its reference (RFC 9126 §2)',
      { 201: Pushed },
      'invalid_request',
      'invalid_client',
      'invalid_redirect_uri',
      'invalid_scope',
      'unsupported_response_type',
      'too_many_requests',
    ),
    async (c) => {
      const params = await singleBodyParams(c)
      const client = await authenticateClient(c, params, credentials)
      // Anybody can say to be a public client: it is then the network that is counted, not the client.
      if (isPublic(client)) await limits.take('create_by_ip', networkOf(addressOf(c, config)))
      else await limits.take('begin_by_backend', client.client_id)
      const pushed = await pushedRequests.push(client, params)
      if (!pushed.ok) {
        const { error, description } = pushed.fault
        throw new NodError(error, description === undefined ? {} : { description })
      }
      const { request_uri, expires_in } = pushed
      return c.json({ request_uri, expires_in }, 201)
    },
  )
  return routes
}
