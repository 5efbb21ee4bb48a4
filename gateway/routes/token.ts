/** The token endpoint (RFC 6749 §3.2): says who the client is, finds the grant, answers as the standard has it. */
import { Hono } from 'hono'
import * as v from 'valibot'
import type { ClientCredentials } from '../client-credentials.ts'
import { NodError } from '../error.ts'
import type { Grant } from '../grants/grant.ts'
import { authenticateClient } from './client-authentication.ts'
import type { Cors } from './cors.ts'
import { singleBodyParams } from './form.ts'
import { type Ctx, documented, type Env, whenGone } from './request.ts'

const TokenAnswer = v.object({
  access_token: v.string(),
  token_type: v.literal('Bearer'),
  expires_in: v.number(),
  refresh_token: v.optional(v.string()),
  id_token: v.string(),
  scope: v.string(),
})

export function tokenRoutes(credentials: ClientCredentials, grants: readonly Grant[], cors: Cors): Hono<Env> {
  const routes = new Hono<Env>()
  routes.use('/token', cors.forPublicClients)
  routes.post(
    '/token',
    documented(
      'Exchange a grant for tokens (RFC 6749 §3.2)',
      { 200: TokenAnswer },
      'invalid_request',
      'invalid_client',
      'invalid_grant',
      'unsupported_grant_type',
      'unauthorized_client',
      'invalid_scope',
      'authorization_pending',
      'slow_down',
      'access_denied',
      'expired_token',
    ),
    async (c) => {
      const params = await singleBodyParams(c)
      const client = await authenticateClient(c, params, credentials)
      const grant_type = params.get('grant_type')
      if (grant_type === undefined) throw new NodError('invalid_request', { description: 'grant_type is missing.' })
      const grant = grants.find((known) => known.grant_type === grant_type)
      if (!grant) throw new NodError('unsupported_grant_type')
      const granted = await grant.redeem(client, params, { wait: preferredWait(c), onGone: whenGone(c) })
      if (!granted.ok) {
        const { reason, description } = granted
        throw new NodError(reason, description === undefined ? {} : { description })
      }
      return c.json(granted.answer, 200, { Pragma: 'no-cache' })
    },
  )
  return routes
}

/** `Prefer: wait=n` (RFC 7240 §4.3), in seconds; undefined without one. */
function preferredWait(c: Ctx): number | undefined {
  const wait = /(?:^|[,;\s])wait=(\d{1,3})(?:$|[,;\s])/.exec(c.req.header('prefer') ?? '')?.[1]
  return wait === undefined ? undefined : Number(wait)
}
