/**
 * What the gateway can do, for programs (OpenID Connect Discovery §3, RFC 8414), and its public keys. Put together from
 * what the code itself goes by, so that everything advertised works.
 */
import { type Context, Hono } from 'hono'
import * as v from 'valibot'
import { CODE_CHALLENGE_METHODS, RESPONSE_MODES, RESPONSE_TYPES } from '../authorization.ts'
import { CLIENT_ASSERTION_ALGS } from '../client-assertions.ts'
import { CLIENT_AUTH_METHODS } from '../client-credentials.ts'
import type { Config } from '../config.ts'
import type { Grant } from '../grants/grant.ts'
import { acrOf } from '../id-token.ts'
import { type Keys, SIGNING_ALGS } from '../keys.ts'
import { SCOPES } from '../scopes.ts'
import { documented, type Env } from './request.ts'

const Metadata = v.object({
  issuer: v.string(),
  authorization_endpoint: v.string(),
  token_endpoint: v.string(),
  userinfo_endpoint: v.string(),
  jwks_uri: v.string(),
})
const Jwks = v.object({ keys: v.array(v.looseObject({ kty: v.string(), kid: v.string(), alg: v.string() })) })

/** Seconds a verifier may go by its copy; far less than a key is published before it signs. */
const FRESH_FOR = 300

const metadata = (issuer: string, grants: readonly Grant[]) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  device_authorization_endpoint: `${issuer}/device_authorization`,
  pushed_authorization_request_endpoint: `${issuer}/pushed_authorization_request`,
  userinfo_endpoint: `${issuer}/userinfo`,
  introspection_endpoint: `${issuer}/introspect`,
  revocation_endpoint: `${issuer}/revoke`,
  end_session_endpoint: `${issuer}/logout`,
  jwks_uri: `${issuer}/jwks`,
  scopes_supported: SCOPES,
  response_types_supported: RESPONSE_TYPES,
  response_modes_supported: RESPONSE_MODES,
  grant_types_supported: grants.map(({ grant_type }) => grant_type),
  token_endpoint_auth_methods_supported: CLIENT_AUTH_METHODS,
  token_endpoint_auth_signing_alg_values_supported: CLIENT_ASSERTION_ALGS,
  introspection_endpoint_auth_methods_supported: CLIENT_AUTH_METHODS.filter((method) => method !== 'none'),
  introspection_endpoint_auth_signing_alg_values_supported: CLIENT_ASSERTION_ALGS,
  revocation_endpoint_auth_methods_supported: CLIENT_AUTH_METHODS,
  revocation_endpoint_auth_signing_alg_values_supported: CLIENT_ASSERTION_ALGS,
  code_challenge_methods_supported: CODE_CHALLENGE_METHODS,
  authorization_response_iss_parameter_supported: true,
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: SIGNING_ALGS,
  acr_values_supported: [acrOf(issuer, 'number'), acrOf(issuer, 'passkey')],
  claim_types_supported: ['normal'],
  claims_supported: [
    ...['iss', 'sub', 'aud', 'exp', 'iat', 'auth_time', 'nonce', 'sid', 'acr', 'amr', 'at_hash'],
    ...['name', 'preferred_username'],
  ],
  claims_parameter_supported: false,
  request_parameter_supported: false,
  request_uri_parameter_supported: false,
  backchannel_logout_supported: true,
  backchannel_logout_session_supported: true,
  ui_locales_supported: ['en', 'zh-CN'],
})

export function discoveryRoutes(config: Config, keys: Keys, grants: readonly Grant[]): Hono<Env> {
  const routes = new Hono<Env>()
  const document = metadata(config.issuer, grants)
  for (const name of ['openid-configuration', 'oauth-authorization-server']) {
    routes.get(`/.well-known/${name}`, documented('What this gateway can do', { 200: Metadata }), (c) => {
      forEverybody(c)
      return c.json(document)
    })
  }
  routes.get('/jwks', documented('The public keys that id_tokens are signed with', { 200: Jwks }), async (c) => {
    forEverybody(c)
    return c.json({ keys: (await keys.published()).map(({ public_jwk }) => public_jwk) })
  })
  return routes
}

/** Public documents: any page may read them, with nothing of the reader's. */
function forEverybody(c: Context): void {
  c.header('Access-Control-Allow-Origin', '*')
  c.header('Cross-Origin-Resource-Policy', 'cross-origin')
  c.header('Cache-Control', `public, max-age=${FRESH_FOR}`)
}
