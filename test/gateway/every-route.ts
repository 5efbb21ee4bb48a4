/**
 * Every route that the application has, taken from the application itself: what is added later is looked at too. What
 * stands out from the rest is named here, with the reason.
 */
import type { Person } from './people.ts'
import type { TestGateway } from './support.ts'

export interface Route {
  method: string
  /** As it is registered: `/v1/devices/:id`. */
  path: string
}

const WRITING = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/** Middleware and preflights are not asked for by themselves. */
export function everyRoute({ routes }: TestGateway): Route[] {
  const asked = routes.filter(({ method }) => method !== 'ALL' && method !== 'OPTIONS')
  const named = new Map(asked.map(({ method, path }) => [`${method} ${path}`, { method, path }]))
  return [...named.values()]
}

export const isWrite = ({ method }: Route): boolean => WRITING.has(method)

export const nameOf = ({ method, path }: Route): string => `${method} ${path}`

/** The path with something in place of its parameters, by `ids` where the route is named there. */
export const addressOf = (route: Route, ids: Record<string, string> = {}): string =>
  route.path.replace(/:\w+/g, ids[nameOf(route)] ?? 'x')

/** Any page may read these, since they are the same for everybody and are fetched without credentials. */
export const FOR_EVERYBODY = new Set([
  'GET /nod-login.js',
  'GET /.well-known/openid-configuration',
  'GET /.well-known/oauth-authorization-server',
  'GET /jwks',
])

/** A cache may keep these: nothing in them is anybody's. */
export const MAY_BE_KEPT = new Set([...FOR_EVERYBODY, 'GET /assets/:name'])

/**
 * Writes that no cookie makes: a site's backend, a page or an extension shows who it is by a secret of its own, and a
 * browser's sign-in to the gateway adds nothing to it.
 */
export const WITHOUT_COOKIE = new Set([
  'POST /authorize',
  'POST /logout',
  'POST /token',
  'POST /userinfo',
  'POST /introspect',
  'POST /revoke',
  'POST /device_authorization',
  'POST /pushed_authorization_request',
  'POST /v1/links',
  'POST /v1/sessions/:id/cancel',
])

/** What answers without a word on who asks: pages, public documents, and what a stranger may begin. */
export const FOR_STRANGERS = new Set([
  ...MAY_BE_KEPT,
  'GET /',
  'GET /q',
  'GET /code',
  'GET /sign-in',
  'GET /sign-up',
  'GET /link',
  'GET /account',
  'GET /health',
  'GET /ready',
  'GET /logout',
  'POST /logout',
  'GET /openapi.json',
  'GET /v1/sites',
  // Nothing to sign out is signed out, and a challenge is for whoever has the passkey.
  'POST /v1/sign-out',
  'POST /v1/sign-in/passkey/options',
])

/** Asks for a route, with a JSON body where it writes. */
export const ask = (
  gateway: TestGateway,
  route: Route,
  { headers = {}, ids = {} }: { headers?: Record<string, string>; ids?: Record<string, string> } = {},
): Promise<Response> =>
  gateway.fetch(addressOf(route, ids), {
    method: route.method,
    headers: { ...(isWrite(route) && { 'content-type': 'application/json' }), ...headers },
    ...(isWrite(route) && { body: '{}' }),
  })

/** The cookie of a person, and nothing else of what their browser would send. */
export const cookieOf = ({ headers }: Person): { cookie: string } => ({ cookie: headers.cookie! })
