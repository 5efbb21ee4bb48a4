/** Another password for the account that calls, from one of the gateway's own pages and on a fresh sign-in. */
import { Hono } from 'hono'
import { ChangePasswordRequest } from '../../shared/protocol/account.ts'
import type { Deps } from '../deps.ts'
import { NodError } from '../error.ts'
import type { PasswordChange } from '../password-change.ts'
import type { Authenticate } from './authenticate.ts'
import { pageInfo } from './page-info.ts'
import { documented, type Env, jsonBody } from './request.ts'

export function passwordChangeRoutes(
  { config }: Deps,
  authenticate: Authenticate,
  passwordChange: PasswordChange,
): Hono<Env> {
  const routes = new Hono<Env>()

  routes.post(
    '/v1/me/password',
    documented(
      'Set another password; every other browser that is signed in to the account is signed out',
      { 204: null },
      'invalid_request',
      'invalid_password',
      'wrong_password',
      'sign_in_required',
      'fresh_sign_in_required',
      'forbidden_origin',
      'too_many_requests',
      'temporarily_unavailable',
    ),
    // Who calls is settled before a body is looked at.
    async (c, next) => {
      await authenticate.fresh(c)
      await next()
    },
    jsonBody(ChangePasswordRequest),
    async (c) => {
      const caller = await authenticate.fresh(c)
      const changed = await passwordChange.change(caller, c.req.valid('json'), pageInfo(c, config))
      if (!changed.ok) throw new NodError(changed.reason)
      return c.body(null, 204)
    },
  )
  return routes
}
