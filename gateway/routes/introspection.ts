/** What is known of a token (RFC 7662), for the client that it was issued to and that shows who it is. */
import { Hono } from 'hono'
import * as v from 'valibot'
import type { ClientCredentials } from '../client-credentials.ts'
import { NodError } from '../error.ts'
import type { TokenStatus } from '../token-status.ts'
import { authenticateClient } from './client-authentication.ts'
import { singleBodyParams } from './form.ts'
import { documented, type Env } from './request.ts'

const Introspection = v.object({
  active: v.boolean(),
  iss: v.optional(v.string()),
  client_id: v.optional(v.string()),
  sub: v.optional(v.string()),
  username: v.optional(v.string()),
  scope: v.optional(v.string()),
  iat: v.optional(v.number()),
  exp: v.optional(v.number()),
  token_type: v.optional(v.string()),
})

export function introspectionRoutes(credentials: ClientCredentials, tokenStatus: TokenStatus): Hono<Env> {
  const routes = new Hono<Env>()
  routes.post(
    '/introspect',
    documented('What is known of a token (RFC 7662 §2)', { 200: Introspection }, 'invalid_request', 'invalid_client'),
    async (c) => {
      const params = await singleBodyParams(c)
      // RFC 7662 §2.1: else anybody could try tokens out here, and a public client is anybody.
      const client = await authenticateClient(c, params, credentials, { proven: true })
      const token = params.get('token')
      if (token === undefined) throw new NodError('invalid_request', { description: 'token is missing.' })
      return c.json(await tokenStatus.introspect(client, token))
    },
  )
  return routes
}
