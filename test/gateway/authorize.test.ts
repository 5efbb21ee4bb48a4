/** What an authorization request may ask for, and how each fault is told in each of the two representations. */

import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { ClientRow } from '../../gateway/store/rows.ts'
import { SessionCreated } from '../../shared/protocol/session-messages.ts'
import { approved, issuedCode, outcome, redeem, redemption } from './codes.ts'
import { authorize, challengeOf, person, site } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const SESSION = { accept: 'application/nod-session+json' }
const PAGE = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }

/** The query of a sound request with parameters replaced, or left out where undefined. */
async function query(client: ClientRow, change: Record<string, string | undefined> = {}): Promise<string> {
  const params = {
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: client.redirect_uris[0],
    scope: 'openid',
    state: 'a-state',
    code_challenge: await challengeOf(),
    code_challenge_method: 'S256',
    ...change,
  }
  return new URLSearchParams(Object.entries(params).filter((p): p is [string, string] => p[1] !== undefined)).toString()
}

const session = async (gateway: TestGateway, client: ClientRow, change: Record<string, string | undefined>) =>
  outcome(gateway.fetch(`/authorize?${await query(client, change)}`, { headers: SESSION }))

/** Where the browser is sent, as the parameters it takes along. */
async function redirected(gateway: TestGateway, client: ClientRow, change: Record<string, string | undefined>) {
  const answer = await gateway.fetch(`/authorize?${await query(client, change)}`, { headers: PAGE })
  expect(answer.status).toBe(303)
  const location = new URL(answer.headers.get('location')!)
  expect(location.origin + location.pathname).toBe(client.redirect_uris[0])
  return Object.fromEntries(location.searchParams)
}

/** A fault, the parameters that make it, and the RFC's code for it. */
const FAULTS: [string, Record<string, string | undefined>, string][] = [
  ['no response_type', { response_type: undefined }, 'invalid_request'],
  ['response_type token (G44)', { response_type: 'token' }, 'unsupported_response_type'],
  ['response_type id_token (G44)', { response_type: 'id_token' }, 'unsupported_response_type'],
  ['response_type none (G44)', { response_type: 'none' }, 'unsupported_response_type'],
  ['response_type code id_token (G44)', { response_type: 'code id_token' }, 'unsupported_response_type'],
  ['response_mode fragment (G44)', { response_mode: 'fragment' }, 'unsupported_response_mode'],
  ['an unknown response_mode (G44)', { response_mode: 'pigeon' }, 'unsupported_response_mode'],
  ['no scope', { scope: undefined }, 'invalid_scope'],
  ['a scope without openid', { scope: 'profile' }, 'invalid_scope'],
  ['a scope with other characters (RFC 6749 §3.3)', { scope: 'openid "x"' }, 'invalid_scope'],
  ['no code_challenge (G34)', { code_challenge: undefined }, 'invalid_request'],
  ['plain PKCE (G34)', { code_challenge_method: 'plain' }, 'invalid_request'],
  ['PKCE whose method defaults to plain (G34, RFC 7636 §4.3)', { code_challenge_method: undefined }, 'invalid_request'],
  ['a challenge of 42 characters (G34)', { code_challenge: 'a'.repeat(42) }, 'invalid_request'],
  ['a challenge of 129 characters (G34)', { code_challenge: 'a'.repeat(129) }, 'invalid_request'],
  ['a challenge with padding (G34)', { code_challenge: `${'a'.repeat(43)}=` }, 'invalid_request'],
  ['a challenge in plain base64 (G34)', { code_challenge: `${'a'.repeat(42)}+` }, 'invalid_request'],
  ['prompt=none (OpenID Connect Core §3.1.2.1)', { prompt: 'none' }, 'login_required'],
  ['prompt=none with another', { prompt: 'none login' }, 'invalid_request'],
  ['an unknown prompt', { prompt: 'create' }, 'invalid_request'],
  ['a max_age that is no number', { max_age: '-1' }, 'invalid_request'],
  ['a request object (§6.1)', { request: 'e30.e30.' }, 'request_not_supported'],
  ['a request object by reference (§6.2)', { request_uri: 'https://shop.example/r' }, 'request_uri_not_supported'],
  ['a registration (§7.2.1)', { registration: '{}' }, 'registration_not_supported'],
  ['claims that are no JSON (§5.5)', { claims: '{' }, 'invalid_request'],
  [
    'claims that insist on nothing that is an account (§5.5.1)',
    { claims: '{"id_token":{"sub":{"value":1}}}' },
    'invalid_request',
  ],
  [
    'claims that insist on one of several accounts',
    { claims: '{"id_token":{"sub":{"values":["a","b"]}}}' },
    'invalid_request',
  ],
  [
    'claims that insist on two accounts at once',
    { claims: '{"id_token":{"sub":{"value":"a"}},"userinfo":{"sub":{"value":"b"}}}' },
    'invalid_request',
  ],
  [
    'an essential acr that no scan can give (§5.5.1.1)',
    { claims: '{"id_token":{"acr":{"essential":true,"values":["phr"]}}}' },
    'unmet_authentication_requirements',
  ],
  ['an id_token_hint that we did not sign', { id_token_hint: 'e30.e30.e30' }, 'invalid_request'],
]

describe('an authorization request with a fault', () => {
  it('is sent back with error, state and iss (RFC 6749 §4.1.2.1, RFC 9207 §2), or told as JSON', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    for (const [fault, change, error] of FAULTS) {
      const { error_description, ...answer } = await redirected(gateway, client, change)
      expect([fault, answer]).toEqual([fault, { error, state: 'a-state', iss: gateway.issuer }])
      expect(error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
      expect([fault, await session(gateway, client, change)]).toEqual([fault, `400 ${error}`])
    }
  })

  it('is told on a page when it cannot be known whose it is', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    for (const [change, error] of [
      [{ client_id: undefined }, 'invalid_request'],
      [{ client_id: 'nobody' }, 'unknown_client'],
      [{ redirect_uri: undefined }, 'invalid_request'],
    ] as const) {
      const answer = await gateway.fetch(`/authorize?${await query(client, change)}`, { headers: PAGE })
      expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
      expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
      expect(await answer.text()).toContain(`"error":"${error}"`)
      expect(await session(gateway, client, change)).toBe(`400 ${error}`)
    }
  })

  it('may not say a parameter twice (RFC 6749 §3.1)', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    const sound = await query(client)
    const twice = (more: string, headers: HeadersInit) => gateway.fetch(`/authorize?${sound}&${more}`, { headers })
    expect(await outcome(twice('scope=openid', SESSION))).toBe('400 invalid_request')
    const unsure = new URL((await twice('state=another', PAGE)).headers.get('location')!)
    expect(unsure.searchParams.get('error')).toBe('invalid_request')
    expect(unsure.searchParams.has('state')).toBe(false)
    for (const more of [
      `redirect_uri=${encodeURIComponent(client.redirect_uris[0]!)}`,
      `client_id=${client.client_id}`,
    ])
      expect((await twice(more, PAGE)).status).toBe(400)
  })

  it('is refused when its encoding is none, since it could not come back as it was', async () => {
    const gateway = await startTestGateway()
    const sound = await query(await site(gateway), { state: undefined })
    for (const state of ['%', '%zz', '%ff', '%ed%a0%80']) {
      expect(await outcome(gateway.fetch(`/authorize?${sound}&state=${state}`, { headers: SESSION }))).toBe(
        '400 invalid_request',
      )
      expect((await gateway.fetch(`/authorize?${sound}&state=${state}`, { headers: PAGE })).status).toBe(400)
    }
  })
})

describe('a sound authorization request', () => {
  it('is answered with a session to who asks for its media type', async () => {
    const gateway = await startTestGateway()
    const answer = await authorize(gateway, await site(gateway))
    expect(answer.status).toBe(201)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(v.safeParse(SessionCreated, await answer.json()).success).toBe(true)
  })

  it('is answered with a page that has the request, and creates nothing by being loaded', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway, { name: '</script><b>Shop' })
    const html = await (await gateway.fetch(`/authorize?${await query(client)}`, { headers: PAGE })).text()
    expect(html).toContain('/assets/authorize.js')
    expect(html).toContain(`"client_id":"${client.client_id}"`)
    expect(html).not.toContain('<b>Shop')
    expect(await gateway.deps.store.dueSessions(gateway.clock.now() + 9999, 9)).toEqual([])
  })

  it('may be posted as a form (OpenID Connect Core §3.1.2.1), and as nothing else', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    const body = await query(client)
    const post = (type: string, headers: Record<string, string>) =>
      gateway.fetch('/authorize', { method: 'POST', headers: { ...headers, 'content-type': type }, body })
    expect((await post('application/x-www-form-urlencoded', SESSION)).status).toBe(201)
    expect((await post('application/x-www-form-urlencoded;charset=UTF-8', PAGE)).status).toBe(200)
    expect(await outcome(post('text/plain', SESSION))).toBe('400 invalid_request')
    expect((await post('application/json', PAGE)).status).toBe(400)
  })

  it('is told apart by Accept', async () => {
    const gateway = await startTestGateway()
    const sound = await query(await site(gateway))
    const status = async (accept: string) =>
      (await gateway.fetch(`/authorize?${sound}`, { headers: { accept } })).status
    expect(await status('Application/Nod-Session+JSON; q=1, */*')).toBe(201)
    expect(await status('*/*')).toBe(200)
    expect(await status('image/png')).toBe(406)
    expect(await status('application/json')).toBe(406)
    const answer = await gateway.fetch(`/authorize?${sound}`, { headers: SESSION })
    expect(answer.headers.get('vary')).toMatch(/Accept/)
  })

  it('ignores scopes that are not known (OpenID Connect Core §3.1.2.1)', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    const code = await issuedCode(gateway, client, await person(gateway), {
      scope: 'email openid offline_access profile',
    })
    expect(await (await redeem(gateway, redemption(client, code))).json()).toMatchObject({ scope: 'openid profile' })
  })

  it('gives state and nonce back as they were, with iss (G42, RFC 9207)', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    const approver = await person(gateway)
    const nonce = '"nönce"&=+% '.repeat(70).slice(0, 900)
    const longest = 'ü&"'.repeat(1024)
    expect(Buffer.byteLength(longest)).toBe(4096)
    for (const state of ['s', 'a b+c&d=e"\'\\%/?#', '\u0001\r\n🙂→', longest]) {
      const back = await approved(gateway, client, approver, { state, nonce })
      expect(back.searchParams.get('state') === state).toBe(true)
      expect(back.searchParams.get('iss')).toBe(gateway.issuer)
      const answer = await redeem(gateway, redemption(client, back.searchParams.get('code')!))
      const { id_token } = (await answer.json()) as { id_token: string }
      const claims = JSON.parse(Buffer.from(id_token.split('.')[1]!, 'base64url').toString()) as { nonce: string }
      expect(claims.nonce).toBe(nonce)
    }
  })

  it('refuses a state over 4 KB and a nonce over 1 KB where it is, not at the client (G42)', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    for (const change of [{ state: 'a'.repeat(4097) }, { nonce: 'a'.repeat(1025) }]) {
      expect(await session(gateway, client, change)).toBe('400 invalid_request')
      expect((await gateway.fetch(`/authorize?${await query(client, change)}`, { headers: PAGE })).status).toBe(400)
    }
  })

  it('takes the hints of OpenID Connect Core §3.1.2.1', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    const hints = { login_hint: 'ada', ui_locales: 'zh-CN en', acr_values: 'phr', max_age: '0', display: 'popup' }
    for (const prompt of ['login', 'consent', 'login select_account'])
      expect(await session(gateway, client, { ...hints, prompt, response_mode: 'query', unheard_of: 'x' })).toBe('201')
    const acr = `${gateway.issuer}/acr/device-key`
    const claims = JSON.stringify({
      id_token: { acr: { essential: true, values: ['phr', acr] }, auth_time: null },
      userinfo: {},
    })
    expect(await session(gateway, client, { claims })).toBe('201')
  })

  it('with an id_token_hint can be answered by that account only, however old the hint (§3.1.2.1)', async () => {
    const gateway = await startTestGateway()
    const [client, other] = [await site(gateway), await site(gateway)]
    const [ada, bob] = [await person(gateway), await person(gateway)]
    const answer = await redeem(gateway, redemption(client, await issuedCode(gateway, client, ada)))
    const { id_token } = (await answer.json()) as { id_token: string }
    gateway.clock.advance(86_400)
    expect(await session(gateway, other, { id_token_hint: id_token })).toBe('400 invalid_request')
    expect(await session(gateway, client, { id_token_hint: `${id_token.slice(0, -8)}AAAAAAAA` })).toBe(
      '400 invalid_request',
    )
    const made = await authorize(gateway, client, { id_token_hint: id_token })
    const { user_code } = (await made.json()) as SessionCreated
    expect((await bob.claim({ user_code })).status).toBeGreaterThanOrEqual(400)
    expect((await ada.claim({ user_code })).status).toBe(201)
  })
})

describe('the limits', () => {
  it('let an address make 20 sessions a minute, and say when to come back (RFC 10027 §6.1.11)', async () => {
    const gateway = await startTestGateway({ NOD_LIMITS: 'on' })
    const client = await site(gateway)
    const headers = { ...SESSION, origin: client.origins[0]! }
    const ask = async () => gateway.fetch(`/authorize?${await query(client)}`, { headers })
    for (let made = 0; made < 20; made++) expect((await ask()).status).toBe(201)
    const refused = await ask()
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(refused.headers.get('access-control-allow-origin')).toBe(client.origins[0])
    expect((await gateway.fetch(`/authorize?${await query(client)}`, { headers: PAGE })).status).toBe(200)
  })
})
