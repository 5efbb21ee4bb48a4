/** What happened on the account that calls, and signing out from here a browser that it let in. */
import { Hono } from 'hono'
import { Activity, ActivityQuery, RevokeRequest } from '../../shared/protocol/account.ts'
import type { Activities } from '../activity.ts'
import { NodError } from '../error.ts'
import type { Authenticate } from './authenticate.ts'
import { documented, type Env, optionalJson, queryOf } from './request.ts'

export function activityRoutes(authenticate: Authenticate, activities: Activities): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get(
    '/v1/activity',
    documented(
      'What was approved, denied, linked and refused, newest first; `next` is the `before` of the following page',
      { 200: Activity },
      'invalid_request',
      'sign_in_required',
      'unauthorized',
    ),
    queryOf(ActivityQuery),
    async (c) => c.json(await activities.list(await authenticate.caller(c), c.req.valid('query'))),
  )

  routes.post(
    '/v1/activity/:session_id/revoke',
    documented(
      'Sign out the browser that this approval let in: its tokens are void and its site is told',
      { 204: null },
      'sign_in_required',
      'unauthorized',
      'forbidden_origin',
      'session_not_found',
    ),
    async (c) => {
      const caller = await authenticate.caller(c)
      const { report } = await optionalJson(c, RevokeRequest)
      if (!(await activities.revoke(caller, c.req.param('session_id'), report))) throw new NodError('session_not_found')
      return c.body(null, 204)
    },
  )
  return routes
}
