/** Logging out on a site's wish (OpenID Connect RP-Initiated Logout 1.0), and nowhere else than it registered (G80). */
import { constants, createHmac, createPublicKey, type JsonWebKey, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createKeys } from '../../gateway/keys.ts'
import type { ClientRow } from '../../gateway/store/rows.ts'
import { issuedCode, outcome, redeem, redemption } from './codes.ts'
import { authorize, type Person, pageHeaders, person, signIn, site } from './people.ts'
import { recorded } from './record.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const BYE = 'https://shop.example/bye'

/** Addresses that look like the registered one to somebody or something. */
const MUTATIONS = [
  'https://shop.example/bye/',
  'https://shop.example/bye?',
  'https://shop.example/bye?next=https://evil.example',
  'https://shop.example/bye#x',
  'https://shop.example/Bye',
  'https://SHOP.example/bye',
  'http://shop.example/bye',
  'https://shop.example:443/bye',
  'https://shop.example:8443/bye',
  'https://shop.example/x/../bye',
  'https://shop.example/%62ye',
  'https://shop.example//bye',
  'https://shop.example\\bye',
  'https://user@shop.example/bye',
  'https://shop.example@evil.example/bye',
  'https://shop.example.evil.example/bye',
  'https://evil.example/bye',
  'https://evil.example/https://shop.example/bye',
  '//shop.example/bye',
  '/bye',
  'javascript:alert(1)//https://shop.example/bye',
  ' https://shop.example/bye',
  'https://shop.example/bye https://evil.example',
]

interface Tokens {
  access_token: string
  id_token: string
}

const shop = (gateway: TestGateway, change: Partial<ClientRow> = {}) =>
  site(gateway, { post_logout_redirect_uris: [BYE], ...change })

async function signedIn(gateway: TestGateway, client: ClientRow, approver: Person): Promise<Tokens> {
  const code = await issuedCode(gateway, client, approver)
  return (await redeem(gateway, redemption(client, code))).json() as Promise<Tokens>
}

const logout = (gateway: TestGateway, params: Record<string, string>, init: RequestInit = {}) =>
  gateway.fetch(`/logout?${new URLSearchParams(params)}`, init)

const userinfo = async (gateway: TestGateway, { access_token }: Tokens) =>
  (await gateway.fetch('/userinfo', { headers: { authorization: `Bearer ${access_token}` } })).status

const pageData = async (answer: Response) =>
  JSON.parse(/id="nod-data">([^<]*)</.exec(await answer.text())![1]!) as Record<string, unknown>

describe('a logout that the site can prove', () => {
  it('ends that sign-in, no other, and leads back with the state (§2, §3)', async () => {
    const gateway = await startTestGateway()
    const [client, ada] = [await shop(gateway), await person(gateway)]
    const [tokens, others] = [await signedIn(gateway, client, ada), await signedIn(gateway, client, ada)]
    const state = 'a b&c="ü"'
    const asked = { id_token_hint: tokens.id_token, post_logout_redirect_uri: BYE, state }
    const answer = await logout(gateway, asked)
    expect(answer.status).toBe(303)
    const back = new URL(answer.headers.get('location')!)
    expect([back.origin + back.pathname, [...back.searchParams]]).toEqual([BYE, [['state', state]]])
    expect([await userinfo(gateway, tokens), await userinfo(gateway, others)]).toEqual([401, 200])
    expect(recorded(gateway, 'logged_out')).toMatchObject([{ sub: ada.sub }])
    expect((await logout(gateway, asked)).status).toBe(303)
    expect(recorded(gateway, 'logged_out')).toHaveLength(1)
  })

  it('may be posted, by a page of the site (§2)', async () => {
    const gateway = await startTestGateway()
    const [client, ada] = [await shop(gateway), await person(gateway)]
    const tokens = await signedIn(gateway, client, ada)
    const body = new URLSearchParams({
      id_token_hint: tokens.id_token,
      client_id: client.client_id,
      post_logout_redirect_uri: BYE,
    })
    const headers = { origin: client.origins[0]!, 'sec-fetch-site': 'cross-site' }
    const answer = await gateway.fetch('/logout', { method: 'POST', headers, body })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, BYE])
    expect(await userinfo(gateway, tokens)).toBe(401)
  })

  it('takes a hint that has long expired, and one whose sign-in is gone', async () => {
    const gateway = await startTestGateway()
    const [client, ada] = [await shop(gateway), await person(gateway)]
    const { id_token } = await signedIn(gateway, client, ada)
    gateway.clock.advance(91 * 86_400)
    for (let i = 0; i < 21; i++) await gateway.sweep()
    const answer = await logout(gateway, { id_token_hint: id_token, post_logout_redirect_uri: BYE })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, BYE])
  })

  it('says on a page that it is done where the site gave no address', async () => {
    const gateway = await startTestGateway()
    const [client, ada] = [await shop(gateway), await person(gateway)]
    const tokens = await signedIn(gateway, client, ada)
    const answer = await logout(gateway, { id_token_hint: tokens.id_token, state: 'x' })
    expect([answer.status, answer.headers.get('location')]).toEqual([200, null])
    expect(await pageData(answer)).toMatchObject({ ask: false, redirect_to: null })
    expect(await userinfo(gateway, tokens)).toBe(401)
  })

  it('does not sign the browser out of the gateway: that is another person’s device perhaps', async () => {
    const gateway = await startTestGateway()
    const [client, ada] = [await shop(gateway), await person(gateway)]
    const { id_token } = await signedIn(gateway, client, ada)
    await logout(gateway, { id_token_hint: id_token, post_logout_redirect_uri: BYE }, { headers: ada.headers })
    expect((await gateway.fetch('/v1/me', { headers: ada.headers })).status).toBe(200)
  })
})

describe('a logout without a proof', () => {
  it('changes nothing by itself and asks on a page (§2)', async () => {
    const gateway = await startTestGateway()
    const [client, ada] = [await shop(gateway), await person(gateway)]
    const tokens = await signedIn(gateway, client, ada)
    const tampered = `${tokens.id_token.slice(0, -8)}AAAAAAAA`
    const asked = { client_id: client.client_id, post_logout_redirect_uri: BYE, state: 's' }
    for (const hint of [{}, { id_token_hint: tampered }, { id_token_hint: 'e30.e30.e30' }]) {
      const answer = await logout(gateway, { ...asked, ...hint }, { headers: ada.headers })
      expect([answer.status, answer.headers.get('location')]).toEqual([200, null])
      expect(await pageData(answer)).toMatchObject({ ask: true, site: 'Shop', redirect_to: `${BYE}?state=s` })
    }
    expect(await pageData(await logout(gateway, {}))).toMatchObject({ ask: true, site: null, redirect_to: null })
    expect(await userinfo(gateway, tokens)).toBe(200)
    expect((await gateway.fetch('/v1/me', { headers: ada.headers })).status).toBe(200)
  })

  it('is confirmed by a write that no other page can make (G73)', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway)
    const cookie = await signIn(gateway, ada.username)
    const out = (change: Record<string, string>) =>
      gateway.fetch('/v1/sign-out', { method: 'POST', headers: { ...pageHeaders(gateway, cookie), ...change } })
    for (const change of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      expect([change, (await out(change)).status]).toEqual([change, 403])
      expect((await gateway.fetch('/v1/me', { headers: { cookie } })).status).toBe(200)
    }
    expect((await out({})).status).toBe(204)
    expect((await gateway.fetch('/v1/me', { headers: { cookie } })).status).toBe(401)
  })

  it('is shown in the language the site asks for', async () => {
    const gateway = await startTestGateway()
    expect(await pageData(await logout(gateway, { ui_locales: 'zh-CN' }))).toMatchObject({ ui_locales: 'zh-CN' })
  })
})

describe('an address to go to after a logout', () => {
  it('is byte-equal to a registered one, or nothing happens at all (G80)', async () => {
    const gateway = await startTestGateway()
    const [client, ada] = [await shop(gateway), await person(gateway)]
    const tokens = await signedIn(gateway, client, ada)
    for (const post_logout_redirect_uri of MUTATIONS) {
      for (const proof of [{ id_token_hint: tokens.id_token }, { client_id: client.client_id }]) {
        const answer = await logout(gateway, { ...proof, post_logout_redirect_uri })
        const told = [post_logout_redirect_uri, answer.status, answer.headers.get('location')]
        expect(told).toEqual([post_logout_redirect_uri, 400, null])
        expect((await pageData(answer)).error).toBe('invalid_redirect_uri')
      }
    }
    expect(await userinfo(gateway, tokens)).toBe(200)
  })

  it('is the client’s own: neither another’s nor a redirect_uri nor one without a client (G80)', async () => {
    const gateway = await startTestGateway()
    const [client, other, ada] = [await shop(gateway), await site(gateway), await person(gateway)]
    const { id_token } = await signedIn(gateway, other, ada)
    for (const [proof, uri] of [
      [{ id_token_hint: id_token }, BYE],
      [{ client_id: other.client_id }, BYE],
      [{ client_id: 'nobody' }, BYE],
      [{}, BYE],
      [{ client_id: client.client_id }, client.redirect_uris[0]!],
    ] as const)
      expect((await logout(gateway, { ...proof, post_logout_redirect_uri: uri })).status).toBe(400)
    const mismatch = { id_token_hint: id_token, client_id: client.client_id, post_logout_redirect_uri: BYE }
    expect((await pageData(await logout(gateway, mismatch))).error).toBe('invalid_request')
  })

  it('may be there once, with a state of 4 KB at most', async () => {
    const gateway = await startTestGateway()
    const { client_id } = await shop(gateway)
    const asked = { client_id, post_logout_redirect_uri: BYE }
    const twice = `${new URLSearchParams(asked)}&post_logout_redirect_uri=https://evil.example`
    expect((await gateway.fetch(`/logout?${twice}`)).status).toBe(400)
    expect((await logout(gateway, { ...asked, state: 'x'.repeat(4097) })).status).toBe(400)
    expect((await logout(gateway, { ...asked, state: 'x'.repeat(4096) })).status).toBe(200)
  })
})

it('no statement of ours but an id_token is a hint, here or at a sign-in', async () => {
  const gateway = await startTestGateway()
  const [client, ada] = [await shop(gateway), await person(gateway)]
  const tokens = await signedIn(gateway, client, ada)
  const claims = JSON.parse(Buffer.from(tokens.id_token.split('.')[1]!, 'base64url').toString())
  const signer = await createKeys(gateway.deps).signer('RS256')
  for (const hint of [await signer.sign(claims, 'logout+jwt'), tokens.access_token]) {
    expect(await pageData(await logout(gateway, { id_token_hint: hint }))).toMatchObject({ ask: true })
    expect(await outcome(authorize(gateway, client, { id_token_hint: hint }))).toBe('400 invalid_request')
  }
  expect(await userinfo(gateway, tokens)).toBe(200)
  expect(await outcome(gateway.fetch('/logout', { method: 'PUT' }))).toBe('404 not_found')
})

it('an id_token is a hint only by the algorithm of its key, whatever it says of itself (G22)', async () => {
  const gateway = await startTestGateway()
  const [client, ada] = [await shop(gateway), await person(gateway)]
  const { id_token } = await signedIn(gateway, client, ada)
  const { kid, private_key } = (await gateway.deps.store.signingKeys()).find(({ alg }) => alg === 'RS256')!
  const key = private_key as JsonWebKey
  const public_pem = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
  const made = (alg: string, signed: (text: Buffer) => Buffer): string => {
    const head = Buffer.from(JSON.stringify({ alg, kid, typ: 'JWT' })).toString('base64url')
    const text = `${head}.${id_token.split('.')[1]}`
    return `${text}.${signed(Buffer.from(text)).toString('base64url')}`
  }
  const [padding, saltLength] = [constants.RSA_PKCS1_PSS_PADDING, constants.RSA_PSS_SALTLEN_DIGEST]
  const ask = (id_token_hint: string) => outcome(authorize(gateway, client, { id_token_hint }))
  expect(await ask(made('RS256', (text) => sign('sha256', text, { key, format: 'jwk' })))).toBe('201')
  for (const hint of [
    made('RS512', (text) => sign('sha512', text, { key, format: 'jwk' })),
    made('PS256', (text) => sign('sha256', text, { key, format: 'jwk', padding, saltLength })),
    made('HS256', (text) => createHmac('sha256', public_pem).update(text).digest()),
    made('none', () => Buffer.alloc(0)),
  ])
    expect(await ask(hint)).toBe('400 invalid_request')
})
