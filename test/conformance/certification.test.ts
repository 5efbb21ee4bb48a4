/**
 * What the OpenID Foundation's test plans for providers ask for and Nod does otherwise, each shown to be so. The plans are
 * those of the foundation's suite at the time of writing; this file is where the table in README.md is written from.
 */
import { expect, it } from 'vitest'
import type { ClientRow } from '../../gateway/store/rows.ts'
import { approved, issuedCode, redeem, redemption } from '../gateway/codes.ts'
import { authorize, type Person, person, site } from '../gateway/people.ts'
import { startTestGateway, type TestGateway } from '../gateway/support.ts'

/** One test. `modules` are the suite's own names; all four are read from the source for the table, so they are plain text. */
function otherwise(_modules: string, asks: string, does: string, _why: string, run: () => Promise<void>): void {
  it(`${asks}: ${does}`, run)
}

/** An empty parameter counts as left out (RFC 6749 §3.1). */
const WITHOUT_PKCE = { code_challenge: '', code_challenge_method: '' }

async function tokens(gateway: TestGateway, client: ClientRow, one: Person, change: Record<string, string> = {}) {
  const code = await issuedCode(gateway, client, one, change)
  return (await (await redeem(gateway, redemption(client, code))).json()) as { access_token: string; id_token: string }
}

const claimsOf = ({ id_token }: { id_token: string }) =>
  JSON.parse(Buffer.from(id_token.split('.')[1]!, 'base64url').toString())

const errorOf = async (answering: Promise<Response>) => ((await (await answering).json()) as { error: string }).error

async function metadata(gateway: TestGateway): Promise<Record<string, unknown>> {
  return (await gateway.fetch('/.well-known/openid-configuration')).json() as Promise<Record<string, unknown>>
}

otherwise(
  'all but oidcc-ensure-request-with-valid-pkce-succeeds',
  'requests without PKCE',
  'invalid_request, unless the client keeps a secret and was registered with --no-pkce',
  'RFC 9700 §2.1.1. With that flag on the suite’s clients these pass.',
  async () => {
    const gateway = await startTestGateway()
    expect(await errorOf(authorize(gateway, await site(gateway), WITHOUT_PKCE))).toBe('invalid_request')
    const client = await site(gateway, { secret_hash: 'x', pkce: false })
    const back = await approved(gateway, client, await person(gateway), WITHOUT_PKCE)
    expect(back.searchParams.get('code')).not.toBeNull()
  },
)

otherwise(
  'oidcc-prompt-none-logged-in, oidcc-id-token-hint',
  'prompt=none answered without a person once somebody has signed in',
  'login_required, always',
  'There is no single sign-on: a sign-in is a person’s signed yes, and no cookie stands for one.',
  async () => {
    const gateway = await startTestGateway()
    const [client, one] = [await site(gateway), await person(gateway)]
    const { id_token } = await tokens(gateway, client, one)
    for (const hint of [{}, { id_token_hint: id_token }])
      expect(await errorOf(authorize(gateway, client, { prompt: 'none', ...hint }))).toBe('login_required')
  },
)

otherwise(
  'oidcc-max-age-10000',
  'a second sign-in within max_age that asks nobody and keeps auth_time',
  'a new approval with an auth_time of its own',
  'The same: max_age is always met, since every sign-in is a new one.',
  async () => {
    const gateway = await startTestGateway()
    const [client, one] = [await site(gateway), await person(gateway)]
    const first = claimsOf(await tokens(gateway, client, one, { max_age: '15000' }))
    gateway.clock.advance(2)
    const second = claimsOf(await tokens(gateway, client, one, { max_age: '10000' }))
    expect(second.auth_time - first.auth_time).toBe(2)
  },
)

otherwise(
  'oidcc-userinfo-post-body',
  'an access token in the body of a request to userinfo',
  '401 (the suite warns)',
  'RFC 6750 §2.2 advises against it; the header is enough for everybody.',
  async () => {
    const gateway = await startTestGateway()
    const { access_token } = await tokens(gateway, await site(gateway), await person(gateway))
    const headers = { authorization: `Bearer ${access_token}` }
    expect((await gateway.fetch('/userinfo', { method: 'POST', headers })).status).toBe(200)
    const body = new URLSearchParams({ access_token })
    expect((await gateway.fetch('/userinfo', { method: 'POST', body })).status).toBe(401)
  },
)

otherwise(
  'oidcc-claims-essential',
  'single claims by the claims parameter',
  'nothing beyond what the scope gives (the suite warns)',
  'A person approves a scope and is shown it; what was not shown is not given. Only acr and sub are read, to refuse by.',
  async () => {
    const gateway = await startTestGateway()
    const [client, one] = [await site(gateway), await person(gateway)]
    const claims = JSON.stringify({ userinfo: { name: { essential: true } } })
    const { access_token } = await tokens(gateway, client, one, { scope: 'openid', claims })
    const headers = { authorization: `Bearer ${access_token}` }
    expect(await (await gateway.fetch('/userinfo', { headers })).json()).toEqual({ sub: one.sub })
  },
)

otherwise(
  'oidcc-scope-email, oidcc-scope-address, oidcc-scope-phone, oidcc-scope-all',
  'claims about e-mail, address and telephone',
  'not advertised, so that the suite skips them',
  'Nod knows none of these of anybody.',
  async () => {
    const { scopes_supported } = await metadata(await startTestGateway())
    expect(scopes_supported).toEqual(['openid', 'profile', 'offline_access'])
  },
)

otherwise(
  'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported, oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported',
  'request objects',
  'request_not_supported, request_uri_not_supported (the suite allows it)',
  'Pushed requests (RFC 9126) do the same and need no parser of unsigned tokens, nor a fetch of foreign addresses.',
  async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    expect(await errorOf(authorize(gateway, client, { request: 'e30.e30.' }))).toBe('request_not_supported')
    const request_uri = 'https://shop.example/request'
    expect(await errorOf(authorize(gateway, client, { request_uri }))).toBe('request_uri_not_supported')
  },
)

otherwise(
  'the plans Implicit, Hybrid and Form Post',
  'tokens in the authorization response, or the response as a form',
  'unsupported_response_type, unsupported_response_mode',
  'RFC 9700 §2.1.2; the page that waits follows a plain address, and no token is ever in one.',
  async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    for (const response_type of ['id_token', 'id_token token', 'code id_token', 'code token', 'code id_token token'])
      expect(await errorOf(authorize(gateway, client, { response_type }))).toBe('unsupported_response_type')
    for (const response_mode of ['form_post', 'fragment'])
      expect(await errorOf(authorize(gateway, client, { response_mode }))).toBe('unsupported_response_mode')
  },
)

otherwise(
  'the plan Dynamic',
  'registration by whoever asks',
  'no such endpoint',
  'People are shown a site’s name when they approve; an operator answers for that name.',
  async () => {
    const gateway = await startTestGateway()
    expect(await metadata(gateway)).not.toHaveProperty('registration_endpoint')
  },
)

otherwise(
  'the plans Session Management and Front-Channel Logout',
  'frames of the provider in the pages of sites',
  'not offered; back-channel logout is',
  'Browsers keep third-party cookies from frames, and no page of Nod’s may be framed.',
  async () => {
    const document = await metadata(await startTestGateway())
    expect(document).not.toHaveProperty('check_session_iframe')
    expect(document).not.toHaveProperty('frontchannel_logout_supported')
    expect(document).toMatchObject({ backchannel_logout_supported: true, backchannel_logout_session_supported: true })
  },
)
