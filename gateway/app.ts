/** The HTTP application as a value: createApp builds it from its parts, mounts the routes, and never listens. */
import { Hono } from 'hono'
import type { HTTPException } from 'hono/http-exception'
import { v7 as uuid } from 'uuid'
import type { ErrorCode } from '../shared/protocol/errors.ts'
import type { AccountViews } from './account-view.ts'
import type { Activities } from './activity.ts'
import type { Claims } from './claims.ts'
import type { ClientCredentials } from './client-credentials.ts'
import type { Clients } from './clients.ts'
import type { Decisions } from './decisions.ts'
import type { Deps } from './deps.ts'
import type { Devices } from './devices.ts'
import { NodError } from './error.ts'
import type { Grant } from './grants/grant.ts'
import type { Keys } from './keys.ts'
import type { Links } from './links.ts'
import type { Logouts } from './logout.ts'
import type { Passkeys } from './passkeys.ts'
import type { PasswordChange } from './password-change.ts'
import type { Policies } from './policies.ts'
import type { PushedRequests } from './pushed-requests.ts'
import { accountRoutes } from './routes/account.ts'
import { signInRoutes } from './routes/accounts.ts'
import { activityRoutes } from './routes/activity.ts'
import type { Authenticate } from './routes/authenticate.ts'
import { authorizeRoutes } from './routes/authorize.ts'
import { bodyLimit } from './routes/body-limit.ts'
import { claimRoutes } from './routes/claims.ts'
import { corsFor } from './routes/cors.ts'
import { deviceAuthorizationRoutes } from './routes/device-authorization.ts'
import { deviceRoutes } from './routes/devices.ts'
import { diagnosisRoutes } from './routes/diagnosis.ts'
import { discoveryRoutes } from './routes/discovery.ts'
import { securityHeaders } from './routes/headers.ts'
import { healthRoutes } from './routes/health.ts'
import { begunAt, isPutAside } from './routes/held.ts'
import { introspectionRoutes } from './routes/introspection.ts'
import { linkRoutes } from './routes/links.ts'
import { logoutRoutes } from './routes/logout.ts'
import { pageRoutes } from './routes/pages.ts'
import { passkeySignInRoutes } from './routes/passkey-sign-in.ts'
import { passkeyRoutes } from './routes/passkeys.ts'
import { passwordChangeRoutes } from './routes/password-change.ts'
import { pushedAuthorizationRoutes } from './routes/pushed-authorization.ts'
import { checkHost, type Env, openApiOf } from './routes/request.ts'
import { revocationRoutes } from './routes/revocation.ts'
import { sessionRoutes } from './routes/sessions.ts'
import { signUpRoutes } from './routes/sign-up.ts'
import { siteRoutes } from './routes/sites.ts'
import { tokenRoutes } from './routes/token.ts'
import { userinfoRoutes } from './routes/userinfo.ts'
import { vouchingRoutes } from './routes/vouching.ts'
import type { Sessions } from './sessions.ts'
import type { SignIn } from './sign-in.ts'
import type { SignIns } from './sign-ins.ts'
import type { SignUp } from './sign-up.ts'
import type { TokenStatus } from './token-status.ts'
import type { Tokens } from './tokens.ts'

/** The use cases and rules that the routes are made of. */
export interface Parts {
  authenticate: Authenticate
  signIn: SignIn
  signUp: SignUp
  passkeys: Passkeys
  devices: Devices
  accountViews: AccountViews
  links: Links
  sessions: Sessions
  policies: Policies
  claims: Claims
  decisions: Decisions
  clients: Clients
  credentials: ClientCredentials
  pushedRequests: PushedRequests
  keys: Keys
  tokens: Tokens
  tokenStatus: TokenStatus
  signIns: SignIns
  activities: Activities
  passwordChange: PasswordChange
  logouts: Logouts
  grants: readonly Grant[]
}

export function createApp(deps: Deps, parts: Parts): Hono<Env> {
  const { log, clock, metrics } = deps
  const cors = corsFor(deps)
  const app = new Hono<Env>()

  app.use(async (c, next) => {
    const begun_at = begunAt(c)
    c.set('request_id', uuid())
    await next()
    if (isPutAside(c)) return
    securityHeaders(c.res.headers)
    const took = performance.now() - begun_at
    const answer = { method: c.req.method, route: c.req.routePath, status: c.res.status }
    log.debug('answered', { request_id: c.get('request_id'), ...answer, took: Math.round(took) })
    metrics.answered(answer, took / 1000)
  })
  app.use(checkHost)
  app.use(bodyLimit)

  app.route('/', healthRoutes(deps))
  app.route('/', pageRoutes(deps.config))
  app.route('/', signInRoutes(deps, parts.authenticate, parts.signIn))
  app.route('/', accountRoutes(deps, parts.authenticate, parts.accountViews, parts.signIns))
  app.route('/', signUpRoutes(deps, parts.authenticate, parts.signUp))
  app.route('/', activityRoutes(parts.authenticate, parts.activities))
  app.route('/', passkeyRoutes(parts.authenticate, parts.passkeys))
  app.route('/', passkeySignInRoutes(deps, parts.authenticate, parts.passkeys))
  app.route('/', passwordChangeRoutes(deps, parts.authenticate, parts.passwordChange))
  app.route('/', deviceRoutes(deps, parts.authenticate, parts.devices))
  app.route('/', linkRoutes(deps, parts.authenticate, parts.links))
  app.route('/', sessionRoutes(deps, parts.sessions))
  app.route('/', vouchingRoutes(parts.authenticate, parts.policies))
  app.route('/', claimRoutes(deps, parts.authenticate, parts.claims, parts.decisions))
  app.route('/', pushedAuthorizationRoutes(deps, parts.credentials, parts.pushedRequests))
  app.route('/', authorizeRoutes(deps, parts.pushedRequests, parts.sessions))
  app.route('/', deviceAuthorizationRoutes(deps, parts.credentials, parts.sessions))
  app.route('/', tokenRoutes(parts.credentials, parts.grants, cors))
  app.route('/', userinfoRoutes(parts.tokens, cors))
  app.route('/', introspectionRoutes(parts.credentials, parts.tokenStatus))
  app.route('/', revocationRoutes(parts.credentials, parts.tokenStatus, cors))
  app.route('/', logoutRoutes(deps, parts.logouts, parts.signIns))
  app.route('/', discoveryRoutes(deps.config, parts.keys, parts.grants))
  app.route('/', siteRoutes(parts.clients))
  app.route('/', diagnosisRoutes(deps))

  app.get('/openapi.json', openApiOf(app, deps.config.issuer))

  app.notFound((c) => c.json(new NodError('not_found').wire(c.get('request_id')), 404))
  app.onError((thrown, c) => {
    const error = asNodError(thrown)
    const request_id = c.get('request_id')
    metrics.refused(error.code)
    const severity = error.status >= 500 ? 'error' : SITE_FAULTS.has(error.code) ? 'info' : 'debug'
    log[severity]('refused', {
      request_id,
      code: error.code,
      status: error.status,
      ...(error.options.detail !== undefined && { detail: String(error.options.detail) }),
      ...(error.status >= 500 &&
        error.cause !== undefined && { detail: String((error.cause as Error).stack ?? error.cause) }),
    })
    for (const [name, value] of Object.entries(error.options.headers ?? {})) c.header(name, value)
    if (error.status === 429 || error.status === 503)
      c.header('Retry-After', error.options.headers?.['Retry-After'] ?? '1')
    return c.json(
      { ...error.wire(request_id), ...(error.code === 'invalid_decision' && { now: clock.now() }) },
      error.status as 400,
    )
  })
  return app
}

/** What a site's developer or operator has to mend: the request_id of their error page finds it at the usual level. */
const SITE_FAULTS: ReadonlySet<ErrorCode> = new Set([
  'invalid_client',
  'unauthorized_client',
  'unknown_client',
  'invalid_redirect_uri',
  'origin_not_registered',
])

/** What hono's own readers throw is the client's fault; anything else unknown is ours. */
function asNodError(thrown: Error): NodError {
  if (thrown instanceof NodError) return thrown
  const status = (thrown as Partial<HTTPException>).status
  if (status === 400) return new NodError('invalid_request', { description: 'The body is not valid JSON.' })
  if (status === 413) return new NodError('payload_too_large')
  return new NodError('server_error', { cause: thrown })
}
