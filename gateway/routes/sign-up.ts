/** Making an account from one of the gateway's own pages; the answer signs the browser in. */
import { Hono } from 'hono'
import { SignUpRequest } from '../../shared/protocol/account.ts'
import { Me } from '../../shared/protocol/messages.ts'
import type { Deps } from '../deps.ts'
import { NodError } from '../error.ts'
import { WEB_SESSION_SECONDS } from '../sign-in.ts'
import type { SignUp } from '../sign-up.ts'
import { describeMe } from './accounts.ts'
import type { Authenticate } from './authenticate.ts'
import { readSessionCookie, setSessionCookie } from './cookies.ts'
import { pageInfo } from './page-info.ts'
import { documented, type Env, jsonBody } from './request.ts'

export function signUpRoutes({ config }: Deps, authenticate: Authenticate, signUp: SignUp): Hono<Env> {
  const routes = new Hono<Env>()

  routes.post(
    '/v1/accounts',
    documented(
      'Make an account, where registration is open or with an invitation; the answer sets the cookie',
      { 201: Me },
      'invalid_request',
      'invalid_username',
      'invalid_password',
      'registration_closed',
      'invite_required',
      'forbidden_origin',
      'username_taken',
      'invite_over',
      'too_many_requests',
      'temporarily_unavailable',
    ),
    async (c, next) => {
      authenticate.sameOrigin(c)
      await next()
    },
    jsonBody(SignUpRequest),
    async (c) => {
      const earlier_token = readSessionCookie(c.req.raw.headers, config)
      const made = await signUp.signUp(c.req.valid('json'), { from: pageInfo(c, config), earlier_token })
      if (!made.ok) {
        const description = 'description' in made ? made.description : undefined
        throw new NodError(made.reason, description === undefined ? {} : { description })
      }
      setSessionCookie(c, config, made.token, WEB_SESSION_SECONDS)
      return c.json(describeMe(made.account, null, made.web_session.signed_in_at), 201)
    },
  )
  return routes
}
