/** Signing in with a passkey, from a browser that nobody knows yet: options first, then what the authenticator says. */
import { Hono } from 'hono'
import { Me } from '../../shared/protocol/messages.ts'
import { PasskeyRequest, PasskeySignIn } from '../../shared/protocol/passkey.ts'
import type { Deps } from '../deps.ts'
import { NodError } from '../error.ts'
import { PASSKEY_SECONDS, type Passkeys } from '../passkeys.ts'
import { randomSecret } from '../secrets.ts'
import { WEB_SESSION_SECONDS } from '../sign-in.ts'
import { describeMe } from './accounts.ts'
import type { Authenticate } from './authenticate.ts'
import {
  clearPreSessionCookie,
  readPreSessionCookie,
  readSessionCookie,
  setPreSessionCookie,
  setSessionCookie,
} from './cookies.ts'
import { pageInfo } from './page-info.ts'
import { addressOf, documented, type Env, jsonBody } from './request.ts'

export function passkeySignInRoutes({ config }: Deps, authenticate: Authenticate, passkeys: Passkeys): Hono<Env> {
  const routes = new Hono<Env>()

  routes.post(
    '/v1/sign-in/passkey/options',
    documented(
      'Options for navigator.credentials.get(); the answer sets a cookie that the assertion has to come with',
      { 200: PasskeyRequest },
      'forbidden_origin',
      'too_many_requests',
    ),
    async (c) => {
      authenticate.sameOrigin(c)
      const pre_session = readPreSessionCookie(c.req.raw.headers, config) ?? randomSecret()
      const options = await passkeys.signInOptions(pre_session, addressOf(c, config))
      setPreSessionCookie(c, config, pre_session, PASSKEY_SECONDS)
      return c.json(options)
    },
  )

  routes.post(
    '/v1/sign-in/passkey',
    documented('Sign in with a passkey', { 200: Me }, 'sign_in_failed', 'forbidden_origin'),
    async (c, next) => {
      authenticate.sameOrigin(c)
      await next()
    },
    jsonBody(PasskeySignIn),
    async (c) => {
      const { headers } = c.req.raw
      const signed_in = await passkeys.signIn({
        ...c.req.valid('json'),
        from: pageInfo(c, config),
        pre_session: readPreSessionCookie(headers, config),
        earlier_token: readSessionCookie(headers, config),
      })
      if (!signed_in.ok) throw new NodError(signed_in.reason)
      clearPreSessionCookie(c, config)
      setSessionCookie(c, config, signed_in.token, WEB_SESSION_SECONDS)
      return c.json(describeMe(signed_in.account, signed_in.web_session.device_id, signed_in.web_session.signed_in_at))
    },
  )
  return routes
}
