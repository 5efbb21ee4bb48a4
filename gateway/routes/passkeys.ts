/** The passkeys of the account that calls: listed, added, renamed, removed. Signing in with one is passkey-sign-in.ts. */
import { Hono, type MiddlewareHandler } from 'hono'
import { AddPasskey, Passkey, PasskeyCreation, PasskeyList, RenamePasskey } from '../../shared/protocol/passkey.ts'
import { NodError } from '../error.ts'
import type { Passkeys } from '../passkeys.ts'
import type { Authenticate, FreshCaller } from './authenticate.ts'
import { documented, type Env, jsonBody } from './request.ts'

type FreshEnv = Env & { Variables: { caller: FreshCaller } }

export function passkeyRoutes(authenticate: Authenticate, passkeys: Passkeys): Hono<FreshEnv> {
  const routes = new Hono<FreshEnv>()
  const changing = ['sign_in_required', 'fresh_sign_in_required', 'forbidden_origin'] as const

  routes.get(
    '/v1/me/passkeys',
    documented('The passkeys of the account', { 200: PasskeyList }, 'sign_in_required', 'unauthorized'),
    async (c) => c.json({ passkeys: await passkeys.list((await authenticate.caller(c)).account.sub) }),
  )

  routes.post(
    '/v1/me/passkeys/options',
    documented('Options for navigator.credentials.create()', { 200: PasskeyCreation }, ...changing),
    async (c) => c.json(await passkeys.addOptions(await authenticate.fresh(c))),
  )

  /** Who calls is settled before a body is looked at. */
  const freshly: MiddlewareHandler<FreshEnv> = async (c, next) => {
    c.set('caller', await authenticate.fresh(c))
    await next()
  }

  routes.post(
    '/v1/me/passkeys',
    documented('Add a passkey', { 201: Passkey }, 'invalid_passkey', 'too_many_passkeys', ...changing),
    freshly,
    jsonBody(AddPasskey),
    async (c) => {
      const added = await passkeys.add(c.get('caller'), c.req.valid('json'))
      if (!added.ok) throw new NodError(added.reason)
      return c.json(added.passkey, 201)
    },
  )

  // A name lets nobody in, but it is what a person goes by who removes one: it takes what any other change takes.
  routes.patch(
    '/v1/me/passkeys/:id',
    documented('Give a passkey another name', { 200: Passkey }, 'passkey_not_found', 'invalid_request', ...changing),
    freshly,
    jsonBody(RenamePasskey),
    async (c) => {
      const renamed = await passkeys.rename(c.get('caller'), c.req.param('id'), c.req.valid('json').name)
      if (!renamed.ok) throw new NodError(renamed.reason)
      return c.json(renamed.passkey)
    },
  )

  routes.delete(
    '/v1/me/passkeys/:id',
    documented('Remove a passkey', { 204: null }, 'passkey_not_found', 'last_factor', ...changing),
    async (c) => {
      const removed = await passkeys.remove(await authenticate.fresh(c), c.req.param('id'))
      if (!removed.ok) throw new NodError(removed.reason)
      return c.body(null, 204)
    },
  )
  return routes
}
