/** The account that calls, watched: what it sees of itself, and the browsers it let in at sites. The socket is watches.ts. */
import { Hono } from 'hono'
import { AccountView, PageQuery, SignInList } from '../../shared/protocol/account.ts'
import type { AccountViews } from '../account-view.ts'
import type { Deps } from '../deps.ts'
import type { SignIns } from '../sign-ins.ts'
import { type Authenticate, waiterOf } from './authenticate.ts'
import { readCursor } from './cursor.ts'
import { held } from './held.ts'
import { documented, type Env, queryOf } from './request.ts'

export function accountRoutes(
  { hub, store }: Deps,
  authenticate: Authenticate,
  accountViews: AccountViews,
  signIns: SignIns,
): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get(
    '/v1/account',
    documented(
      'Wait until the account has something new to see of itself: claims, devices, passkeys, sign-ins, activity',
      { 200: AccountView },
      'sign_in_required',
      'unauthorized',
    ),
    async (c) => {
      const caller = await authenticate.caller(c)
      const { sub } = caller.account
      const cursor = readCursor(c, store.epoch, `account:${waiterOf(caller)}`)
      return held(c, hub, `inbox:${sub}`, () => accountViews.view(sub), cursor)
    },
  )

  routes.get(
    '/v1/sign-ins',
    documented(
      'The browsers that the account let in at sites, newest first; `next` is the `before` of the following page',
      { 200: SignInList },
      'invalid_request',
      'sign_in_required',
      'unauthorized',
    ),
    queryOf(PageQuery),
    async (c) => {
      const { account } = await authenticate.caller(c)
      return c.json(await signIns.list(account.sub, c.req.valid('query')))
    },
  )
  return routes
}
