/** What an access token tells of the account it was issued for (OpenID Connect Core §5.3). */
import { Hono } from 'hono'
import * as v from 'valibot'
import { NodError } from '../error.ts'
import type { Tokens } from '../tokens.ts'
import type { Cors } from './cors.ts'
import { bearer, documented, type Env } from './request.ts'

const UserInfo = v.object({
  sub: v.string(),
  name: v.optional(v.string()),
  preferred_username: v.optional(v.string()),
})

export function userinfoRoutes(tokens: Tokens, cors: Cors): Hono<Env> {
  const routes = new Hono<Env>()
  routes.use('/userinfo', cors.forPublicClients)
  routes.on(
    ['GET', 'POST'],
    '/userinfo',
    documented('Claims about the account (OpenID Connect Core §5.3)', { 200: UserInfo }, 'invalid_token'),
    async (c) => {
      const token = bearer(c)
      const claims = token && (await tokens.userinfo(token))
      if (claims) return c.json(claims)
      // RFC 6750 §3.1: who brought no token is told how to, and not that something was wrong with it.
      const challenge = c.req.header('authorization') === undefined ? 'realm="nod"' : 'error="invalid_token"'
      throw new NodError('invalid_token', { headers: { 'WWW-Authenticate': `Bearer ${challenge}` } })
    },
  )
  return routes
}
