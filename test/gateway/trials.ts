/**
 * How each thing that discovery advertises is tried: what is advertised and has no trial here fails the test, so that
 * nothing can be promised that nobody has seen working (G49).
 */
import { expect } from 'vitest'
import { DEVICE_CODE } from '../../gateway/grants/device-code.ts'
import { hash } from '../../gateway/secrets.ts'
import type { ClientRow } from '../../gateway/store/rows.ts'
import type { Claim } from '../../shared/protocol/messages.ts'
import type { SessionView } from '../../shared/protocol/session-messages.ts'
import { authenticated, clientKeyPair } from './client-keys.ts'
import { issuedCode, redeem, redemption } from './codes.ts'
import { type Person, site } from './people.ts'
import type { TestGateway } from './support.ts'

export interface Trial {
  gateway: TestGateway
  client: ClientRow
  approver: Person
  scope: string
}

type Params = [string, string][]

/** How each grant is earned: the parameters that then get tokens. */
export const GRANTS: Record<string, (trial: Trial) => Promise<Params>> = {
  async authorization_code({ gateway, client, approver, scope }) {
    return redemption(client, await issuedCode(gateway, client, approver, { scope }))
  },

  async [DEVICE_CODE]({ gateway, client, approver, scope }) {
    const body = new URLSearchParams({ client_id: client.client_id, scope })
    const begun = await gateway.fetch('/device_authorization', { method: 'POST', body })
    const { device_code, user_code, ...page } = (await begun.json()) as Record<string, string>
    const claim = (await (await approver.claim({ user_code })).json()) as Claim
    const headers = { authorization: `Bearer ${page.poll_secret}` }
    const view = (await (await gateway.fetch(`/v1/sessions/${page.session_id}`, { headers })).json()) as SessionView
    const jws = await approver.sign(claim, 'approve', { number: view.match_number! })
    expect((await approver.send(claim.claim_id, jws)).status).toBe(200)
    return Object.entries({ grant_type: DEVICE_CODE, client_id: client.client_id, device_code: device_code! })
  },

  async refresh_token({ gateway, client, approver, scope }) {
    const code = await issuedCode(gateway, client, approver, { scope: `${scope} offline_access` })
    const { refresh_token } = (await (await redeem(gateway, redemption(client, code))).json()) as Record<string, string>
    const params = { grant_type: 'refresh_token', client_id: client.client_id, refresh_token: refresh_token!, scope }
    return Object.entries(params)
  },
}

const SECRET = 'a secret of the trials'

/** A client of each way to show who it is, and what it adds to a request; `alg` where it signs. */
export const METHODS: Record<
  string,
  (gateway: TestGateway, alg: string) => Promise<{ client: ClientRow; adds(): [Record<string, string>, HeadersInit] }>
> = {
  async client_secret_basic(gateway) {
    const client = await site(gateway, { secret_hash: hash(SECRET), device_grant: true })
    const authorization = `Basic ${btoa(`${client.client_id}:${SECRET.replaceAll(' ', '+')}`)}`
    return { client, adds: () => [{}, { authorization }] }
  },
  async client_secret_post(gateway) {
    const client = await site(gateway, { secret_hash: hash(SECRET), device_grant: true })
    return { client, adds: () => [{ client_id: client.client_id, client_secret: SECRET }, {}] }
  },
  async private_key_jwt(gateway, alg) {
    const pair = clientKeyPair(alg)
    const client = await site(gateway, { jwks: { keys: [pair.public_jwk] }, device_grant: true })
    return { client, adds: () => [authenticated(gateway, client.client_id, pair), {}] }
  },
  async none(gateway) {
    const client = await site(gateway, { device_grant: true })
    return { client, adds: () => [{ client_id: client.client_id }, {}] }
  },
}

interface Endpoint {
  /** Which member says how clients may authenticate there, where it is not its own. */
  as?: string
  params(client: ClientRow): Record<string, string>
  /** The status for who has shown who it is. */
  answers: number
}

/** Endpoints that clients authenticate at, and what each is asked. */
export const AUTHENTICATED: Record<string, Endpoint> = {
  token: { params: () => ({ grant_type: 'authorization_code', code: 'x', redirect_uri: 'x' }), answers: 400 },
  // RFC 9126 §2: as at the token endpoint.
  pushed_authorization_request: {
    as: 'token',
    params: ({ redirect_uris }) => ({
      ...{ response_type: 'code', redirect_uri: redirect_uris[0]!, scope: 'openid' },
      ...{ code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' },
    }),
    answers: 201,
  },
  device_authorization: { as: 'token', params: () => ({ scope: 'openid' }), answers: 200 },
  introspection: { params: () => ({ token: 'x' }), answers: 200 },
  revocation: { params: () => ({ token: 'x' }), answers: 200 },
}

/** Where each member of the document is seen to be true. */
export const SEEN: Record<string, string> = {
  issuer: 'discovery',
  authorization_endpoint: 'authorize',
  token_endpoint: 'token',
  device_authorization_endpoint: 'device-grant',
  pushed_authorization_request_endpoint: 'pushed-requests',
  userinfo_endpoint: 'token-claims',
  introspection_endpoint: 'token-status',
  revocation_endpoint: 'token-status',
  end_session_endpoint: 'logout',
  jwks_uri: 'key-rotation',
  scopes_supported: 'discovery',
  response_types_supported: 'discovery',
  response_modes_supported: 'discovery',
  grant_types_supported: 'discovery',
  token_endpoint_auth_methods_supported: 'discovery',
  token_endpoint_auth_signing_alg_values_supported: 'discovery',
  introspection_endpoint_auth_methods_supported: 'discovery',
  introspection_endpoint_auth_signing_alg_values_supported: 'discovery',
  revocation_endpoint_auth_methods_supported: 'discovery',
  revocation_endpoint_auth_signing_alg_values_supported: 'discovery',
  code_challenge_methods_supported: 'discovery',
  authorization_response_iss_parameter_supported: 'authorize',
  subject_types_supported: 'token-claims',
  id_token_signing_alg_values_supported: 'discovery',
  acr_values_supported: 'token-claims',
  claim_types_supported: 'token-claims',
  claims_supported: 'token-claims',
  claims_parameter_supported: 'authorize',
  request_parameter_supported: 'authorize',
  request_uri_parameter_supported: 'authorize',
  backchannel_logout_supported: 'backchannel-logout',
  backchannel_logout_session_supported: 'backchannel-logout',
  ui_locales_supported: '../browser/logout',
}
