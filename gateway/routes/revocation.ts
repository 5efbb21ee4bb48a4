/** Where a client gives a token back (RFC 7009). The answer is the same whether there was one or not. */
import { Hono } from 'hono'
import type { ClientCredentials } from '../client-credentials.ts'
import { NodError } from '../error.ts'
import type { TokenStatus } from '../token-status.ts'
import { authenticateClient } from './client-authentication.ts'
import type { Cors } from './cors.ts'
import { singleBodyParams } from './form.ts'
import { documented, type Env } from './request.ts'

export function revocationRoutes(credentials: ClientCredentials, tokenStatus: TokenStatus, cors: Cors): Hono<Env> {
  const routes = new Hono<Env>()
  routes.use('/revoke', cors.forPublicClients)
  routes.post(
    '/revoke',
    documented('Revoke an access or a refresh token (RFC 7009 §2)', { 200: null }, 'invalid_request', 'invalid_client'),
    async (c) => {
      const params = await singleBodyParams(c)
      const client = await authenticateClient(c, params, credentials)
      const token = params.get('token')
      if (token === undefined) throw new NodError('invalid_request', { description: 'token is missing.' })
      await tokenStatus.revoke(client, token)
      return c.body(null, 200)
    },
  )
  return routes
}
