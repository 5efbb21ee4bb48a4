/** What a client learns of its tokens (RFC 7662), and how it gives them back (RFC 7009). */
import { describe, expect, it } from 'vitest'
import { hash } from '../../gateway/secrets.ts'
import type { ClientRow } from '../../gateway/store/rows.ts'
import { issuedCode, outcome, redeem, redemption } from './codes.ts'
import { type Person, person, site } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const SECRET = 'a-secret'

interface Tokens {
  access_token: string
  refresh_token: string
}

const confidential = (gateway: TestGateway, change: Partial<ClientRow> = {}) =>
  site(gateway, { secret_hash: hash(SECRET), offline_access: true, ...change })

async function signedIn(gateway: TestGateway, client: ClientRow, approver: Person): Promise<Tokens> {
  const code = await issuedCode(gateway, client, approver, { scope: 'openid profile offline_access' })
  const secret = client.secret_hash === null ? {} : { client_secret: SECRET }
  return (await redeem(gateway, redemption(client, code, secret))).json() as Promise<Tokens>
}

const ask = (gateway: TestGateway, path: string, client: ClientRow, params: Record<string, string>) =>
  gateway.fetch(path, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: client.client_id,
      ...(client.secret_hash !== null && { client_secret: SECRET }),
      ...params,
    }),
  })

const introspect = async (gateway: TestGateway, client: ClientRow, token: string) =>
  (await ask(gateway, '/introspect', client, { token })).json()

const revoke = async (gateway: TestGateway, client: ClientRow, token: string, hint?: string) => {
  const answer = await ask(gateway, '/revoke', client, { token, ...(hint && { token_type_hint: hint }) })
  return [answer.status, await answer.text()]
}

const INACTIVE = { active: false }

describe('introspection', () => {
  it('tells no more than the client may know by now, as userinfo does', async () => {
    const gateway = await startTestGateway()
    const [client, ada] = [await confidential(gateway), await person(gateway)]
    const { access_token, refresh_token } = await signedIn(gateway, client, ada)
    expect(await introspect(gateway, client, access_token)).toMatchObject({ username: ada.username })
    await gateway.deps.store.updateClient({ ...client, scopes: ['openid'] })
    for (const token of [access_token, refresh_token]) {
      const told = await introspect(gateway, client, token)
      expect(told).toMatchObject({ active: true, scope: 'openid offline_access' })
      expect(told).not.toHaveProperty('username')
    }
  })

  it('tells of a live token whose, for what, and until when (RFC 7662 §2.2)', async () => {
    const gateway = await startTestGateway()
    const [client, ada] = [await confidential(gateway), await person(gateway)]
    const { access_token, refresh_token } = await signedIn(gateway, client, ada)
    const iat = gateway.clock.now()
    const common = {
      active: true,
      iss: gateway.issuer,
      client_id: client.client_id,
      sub: ada.sub,
      username: ada.username,
      scope: 'openid profile offline_access',
      iat,
    }
    expect(await introspect(gateway, client, access_token)).toEqual({
      ...common,
      exp: iat + 3600,
      token_type: 'Bearer',
    })
    expect(await introspect(gateway, client, refresh_token)).toEqual({ ...common, exp: iat + 30 * 86_400 })
  })

  it('tells nothing of any other token: unknown, over, revoked, or another client’s (§2.2, I14)', async () => {
    const gateway = await startTestGateway()
    const [client, other, ada] = [await confidential(gateway), await confidential(gateway), await person(gateway)]
    const { access_token, refresh_token } = await signedIn(gateway, client, ada)
    expect(await introspect(gateway, other, access_token)).toEqual(INACTIVE)
    expect(await introspect(gateway, other, refresh_token)).toEqual(INACTIVE)
    expect(await introspect(gateway, client, 'never-was')).toEqual(INACTIVE)
    expect(await introspect(gateway, client, hash(access_token))).toEqual(INACTIVE)
    gateway.clock.advance(3600)
    expect(await introspect(gateway, client, access_token)).toEqual(INACTIVE)
    const at = gateway.clock.now()
    await gateway.deps.store.disableAccount(ada.sub, at, { at, type: 'account_disabled', sub: ada.sub })
    expect(await introspect(gateway, client, refresh_token)).toEqual(INACTIVE)
  })

  it('is for clients that show who they are: a name alone is not enough (§2.1)', async () => {
    const gateway = await startTestGateway()
    const [open, client] = [await site(gateway, { offline_access: true }), await confidential(gateway)]
    const { access_token } = await signedIn(gateway, open, await person(gateway))
    const as = (params: Record<string, string>, headers: HeadersInit = {}) =>
      outcome(gateway.fetch('/introspect', { method: 'POST', headers, body: new URLSearchParams(params) }))
    expect(await as({ client_id: open.client_id, token: access_token })).toBe('401 invalid_client')
    expect(await as({ client_id: client.client_id, token: access_token })).toBe('401 invalid_client')
    expect(await as({ token: access_token }, { authorization: `Bearer ${access_token}` })).toBe('401 invalid_client')
    expect(await outcome(ask(gateway, '/introspect', client, {}))).toBe('400 invalid_request')
    const query = new URLSearchParams({ client_id: client.client_id, client_secret: SECRET, token: access_token })
    expect([404, 405]).toContain((await gateway.fetch(`/introspect?${query}`)).status)
  })
})

describe('revocation', () => {
  it('of an access token ends that one (RFC 7009 §2.1)', async () => {
    const gateway = await startTestGateway()
    const [client, ada] = [await confidential(gateway), await person(gateway)]
    const [tokens, others] = [await signedIn(gateway, client, ada), await signedIn(gateway, client, ada)]
    expect(await revoke(gateway, client, tokens.access_token)).toEqual([200, ''])
    expect(await introspect(gateway, client, tokens.access_token)).toEqual(INACTIVE)
    expect(await introspect(gateway, client, tokens.refresh_token)).toMatchObject({ active: true })
    expect(await introspect(gateway, client, others.access_token)).toMatchObject({ active: true })
  })

  it('of a refresh token ends all of its sign-in, whatever the hint says', async () => {
    const gateway = await startTestGateway()
    const [client, ada] = [await confidential(gateway), await person(gateway)]
    const [tokens, others] = [await signedIn(gateway, client, ada), await signedIn(gateway, client, ada)]
    expect(await revoke(gateway, client, tokens.refresh_token, 'access_token')).toEqual([200, ''])
    expect(await introspect(gateway, client, tokens.access_token)).toEqual(INACTIVE)
    expect(await introspect(gateway, client, tokens.refresh_token)).toEqual(INACTIVE)
    expect(await introspect(gateway, client, others.refresh_token)).toMatchObject({ active: true })
  })

  it('answers the same for what is unknown, over, or another client’s, and does nothing (§2.2, I14)', async () => {
    const gateway = await startTestGateway()
    const [client, other, ada] = [await confidential(gateway), await confidential(gateway), await person(gateway)]
    const { access_token, refresh_token } = await signedIn(gateway, client, ada)
    for (const token of [access_token, refresh_token, 'never-was', hash(access_token)])
      expect(await revoke(gateway, other, token)).toEqual([200, ''])
    expect(await introspect(gateway, client, access_token)).toMatchObject({ active: true })
    expect(await revoke(gateway, client, access_token)).toEqual([200, ''])
    expect(await revoke(gateway, client, access_token)).toEqual([200, ''])
  })

  it('is for public clients too, by their name, and for nobody unknown', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway, { offline_access: true })
    const { access_token } = await signedIn(gateway, client, await person(gateway))
    expect(await outcome(ask(gateway, '/revoke', { ...client, client_id: 'nobody' }, { token: access_token }))).toBe(
      '401 invalid_client',
    )
    expect(await outcome(ask(gateway, '/revoke', client, {}))).toBe('400 invalid_request')
    expect(await revoke(gateway, client, access_token)).toEqual([200, ''])
    const headers = { authorization: `Bearer ${access_token}` }
    expect((await gateway.fetch('/userinfo', { headers })).status).toBe(401)
  })
})
