/** Signing in to the gateway's own pages, out again, and who one is. Managing accounts is the operator's command. */
import { Hono } from 'hono'
import { Me, SignInRequest, SignOutRequest } from '../../shared/protocol/messages.ts'
import type { Deps } from '../deps.ts'
import { NodError } from '../error.ts'
import { type SignIn, WEB_SESSION_SECONDS } from '../sign-in.ts'
import type { Authenticate, Caller } from './authenticate.ts'
import { clearSessionCookie, readSessionCookie, setSessionCookie } from './cookies.ts'
import { pageInfo } from './page-info.ts'
import { documented, type Env, jsonBody, optionalJson } from './request.ts'

export function signInRoutes({ config }: Deps, authenticate: Authenticate, signIn: SignIn): Hono<Env> {
  const routes = new Hono<Env>()

  routes.post(
    '/v1/sign-in',
    documented(
      'Sign in to the pages of the gateway; the answer sets the cookie',
      { 200: Me },
      'invalid_request',
      'sign_in_failed',
      'forbidden_origin',
      'too_many_requests',
      'temporarily_unavailable',
    ),
    async (c, next) => {
      // Also without a cookie: else a stranger's page could sign a person in as somebody else.
      authenticate.sameOrigin(c)
      await next()
    },
    jsonBody(SignInRequest),
    async (c) => {
      const earlier_token = readSessionCookie(c.req.raw.headers, config)
      const signed_in = await signIn.signIn({ ...c.req.valid('json'), from: pageInfo(c, config), earlier_token })
      if (!signed_in.ok) throw new NodError(signed_in.reason)
      setSessionCookie(c, config, signed_in.token, WEB_SESSION_SECONDS)
      return c.json(describeMe(signed_in.account, signed_in.web_session.device_id, signed_in.web_session.signed_in_at))
    },
  )

  routes.post(
    '/v1/sign-out',
    documented(
      'Sign this browser out; without a sign-in there is nothing to do. `everywhere`: all browsers of the account',
      { 204: null },
      'invalid_request',
      'sign_in_required',
      'forbidden_origin',
    ),
    async (c) => {
      authenticate.sameOrigin(c)
      const { everywhere } = await optionalJson(c, SignOutRequest)
      const caller = await authenticate.callerByCookie(c.req.raw.headers)
      // Whose browsers they are has to be known: nobody should believe that they are out when they are not.
      if (everywhere && !caller) throw new NodError('sign_in_required')
      if (caller) await (everywhere ? signIn.signOutEverywhere(caller) : signIn.signOut(caller))
      clearSessionCookie(c, config)
      return c.body(null, 204)
    },
  )

  routes.get(
    '/v1/me',
    documented('Who is signed in here', { 200: Me }, 'sign_in_required', 'unauthorized'),
    async (c) => {
      const { account, device, web_session } = await authenticate.caller(c)
      return c.json(describeMe(account, device?.device_id ?? null, web_session?.signed_in_at))
    },
  )
  return routes
}

export const describeMe = (
  { sub, username, name }: Caller['account'],
  device_id: string | null,
  signed_in_at: number | undefined,
): Me => ({
  sub,
  username,
  name,
  ...(device_id !== null && { device_id }),
  ...(signed_in_at !== undefined && { signed_in_at }),
})
