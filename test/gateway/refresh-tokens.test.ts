/** Refresh tokens: who gets one, what it is good for, and what happens to a copied one (RFC 6749 §6, RFC 9700 §4.14). */
import { describe, expect, it } from 'vitest'
import { DEVICE_CODE } from '../../gateway/grants/device-code.ts'
import { hash } from '../../gateway/secrets.ts'
import type { ClientRow } from '../../gateway/store/rows.ts'
import { issuedCode, outcome, redeem, redemption } from './codes.ts'
import { type Person, person, site } from './people.ts'
import { recorded } from './record.ts'
import { startTestGateway, type TestGateway } from './support.ts'
import { GRANTS } from './trials.ts'

const DAY = 86_400
const SCOPE = 'openid profile offline_access'

interface Tokens {
  access_token: string
  refresh_token?: string
  id_token: string
  scope: string
}

const offline = (gateway: TestGateway, change: Partial<ClientRow> = {}) =>
  site(gateway, { offline_access: true, ...change })

async function signedIn(gateway: TestGateway, client: ClientRow, approver: Person, change = {}): Promise<Tokens> {
  const code = await issuedCode(gateway, client, approver, { scope: SCOPE, ...change })
  return (await redeem(gateway, redemption(client, code))).json() as Promise<Tokens>
}

const refresh = (gateway: TestGateway, client: ClientRow, refresh_token = '', more: Record<string, string> = {}) =>
  redeem(gateway, Object.entries({ grant_type: 'refresh_token', client_id: client.client_id, refresh_token, ...more }))

const userinfo = async (gateway: TestGateway, { access_token }: Tokens) =>
  (await gateway.fetch('/userinfo', { headers: { authorization: `Bearer ${access_token}` } })).status

const claimsOf = ({ id_token }: Tokens) => JSON.parse(Buffer.from(id_token.split('.')[1]!, 'base64url').toString())

describe('a refresh token', () => {
  it('is given to a client that is registered for it and asks for it, and to no other (Core §11, RFC 10027 §6.1.10)', async () => {
    const gateway = await startTestGateway()
    const approver = await person(gateway)
    const given = async (change: Partial<ClientRow>, scope: string, prompt = 'consent') => {
      const tokens = await signedIn(gateway, await site(gateway, change), approver, { scope, prompt })
      return [tokens.refresh_token !== undefined, tokens.scope]
    }
    expect(await given({ offline_access: true }, SCOPE)).toEqual([true, SCOPE])
    // The person is shown the scope at each sign-in, so there is no sign-in without consent.
    expect(await given({ offline_access: true }, SCOPE, 'login')).toEqual([true, SCOPE])
    expect(await given({ offline_access: true }, 'openid profile')).toEqual([false, 'openid profile'])
    expect(await given({}, SCOPE)).toEqual([false, 'openid profile'])
    expect(await given({ device_grant: true }, SCOPE)).toEqual([false, 'openid profile'])
  })

  it('is not given by a device grant, unless the client is registered for that by name (RFC 10027 §6.1.9, §6.1.10)', async () => {
    const gateway = await startTestGateway()
    const approver = await person(gateway)
    const given = async (change: Partial<ClientRow>) => {
      const client = await site(gateway, { device_grant: true, ...change })
      const params = await GRANTS[DEVICE_CODE]!({ gateway, client, approver, scope: SCOPE })
      const { refresh_token, scope } = (await (await redeem(gateway, params)).json()) as Tokens
      return [refresh_token !== undefined, scope]
    }
    expect(await given({})).toEqual([false, 'openid profile'])
    expect(await given({ offline_access: true })).toEqual([false, 'openid profile'])
    expect(await given({ offline_access: true, device_offline_access: true })).toEqual([true, SCOPE])
  })

  it('gives new tokens of the same sign-in, and a successor (Core §12.2)', async () => {
    const gateway = await startTestGateway()
    const [client, approver] = [await offline(gateway), await person(gateway)]
    const first = await signedIn(gateway, client, approver)
    gateway.clock.advance(DAY)
    const answer = await refresh(gateway, client, first.refresh_token)
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    const second = (await answer.json()) as Tokens
    expect(second).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: SCOPE })
    expect(second.refresh_token).toMatch(/^[\w-]{43}$/)
    expect(second.refresh_token).not.toBe(first.refresh_token)
    const { iat, exp, at_hash, nonce, ...same } = claimsOf(first)
    expect(claimsOf(second)).toEqual({ ...same, iat: iat + DAY, exp: exp + DAY, at_hash: expect.any(String) })
    expect([nonce, claimsOf(second).at_hash === at_hash]).toEqual(['a-nonce', false])
    expect([await userinfo(gateway, first), await userinfo(gateway, second)]).toEqual([401, 200])
  })

  it('that comes a second time ends all that came of its sign-in (RFC 9700 §4.14.2, RFC 10027 §6.1.6)', async () => {
    const gateway = await startTestGateway()
    const [client, approver] = [await offline(gateway), await person(gateway)]
    const [first, other] = [await signedIn(gateway, client, approver), await signedIn(gateway, client, approver)]
    const second = (await (await refresh(gateway, client, first.refresh_token)).json()) as Tokens
    const third = (await (await refresh(gateway, client, second.refresh_token)).json()) as Tokens
    expect(await outcome(refresh(gateway, client, first.refresh_token))).toBe('400 invalid_grant')
    expect(await outcome(refresh(gateway, client, third.refresh_token))).toBe('400 invalid_grant')
    expect(await userinfo(gateway, third)).toBe(401)
    expect(recorded(gateway, 'refresh_token_reused')).toHaveLength(1)
    expect(await userinfo(gateway, other)).toBe(200)
    expect(await outcome(refresh(gateway, client, other.refresh_token))).toBe('200')
  })

  it('used many times at once is used once, and then counts as copied: there is no grace', async () => {
    const gateway = await startTestGateway()
    const client = await offline(gateway)
    const { refresh_token } = await signedIn(gateway, client, await person(gateway))
    const answers = await Promise.all(Array.from({ length: 6 }, () => refresh(gateway, client, refresh_token)))
    const good = answers.filter(({ status }) => status === 200)
    expect(good).toHaveLength(1)
    const winner = (await good[0]!.json()) as Tokens
    expect(await userinfo(gateway, winner)).toBe(401)
    expect(await outcome(refresh(gateway, client, winner.refresh_token))).toBe('400 invalid_grant')
  })

  it('can ask for less, not for more, and keeps what it stands for (RFC 6749 §6)', async () => {
    const gateway = await startTestGateway()
    const [client, approver] = [await offline(gateway), await person(gateway)]
    const narrow = await signedIn(gateway, client, approver, { scope: 'openid offline_access' })
    expect(await outcome(refresh(gateway, client, narrow.refresh_token, { scope: 'openid profile' }))).toBe(
      '400 invalid_scope',
    )
    expect(await outcome(refresh(gateway, client, narrow.refresh_token))).toBe('200')
    const wide = await signedIn(gateway, client, approver)
    const less = (await (await refresh(gateway, client, wide.refresh_token, { scope: 'openid' })).json()) as Tokens
    expect([less.scope, claimsOf(less).name]).toEqual(['openid', undefined])
    const again = (await (await refresh(gateway, client, less.refresh_token)).json()) as Tokens
    expect([again.scope, claimsOf(again).name]).toEqual([SCOPE, approver.username])
  })

  it('waits thirty days for its use, and no sign-in is renewed for longer than ninety (RFC 10027 §6.1.10)', async () => {
    const gateway = await startTestGateway()
    const [client, approver] = [await offline(gateway), await person(gateway)]
    const idle = await signedIn(gateway, client, approver)
    let busy = await signedIn(gateway, client, approver)
    const passed = async (days: number) => {
      gateway.clock.advance(days * DAY)
      const answer = await refresh(gateway, client, busy.refresh_token)
      if (answer.ok) busy = (await answer.json()) as Tokens
      return answer.status
    }
    expect(await passed(29)).toBe(200)
    gateway.clock.advance(DAY)
    expect(await outcome(refresh(gateway, client, idle.refresh_token))).toBe('400 invalid_grant')
    expect([await passed(28), await passed(29), await passed(3)]).toEqual([200, 200, 400])
  })

  it('is nothing to another client, as an access token, or once the right to it is taken away', async () => {
    const gateway = await startTestGateway()
    const [client, thief, approver] = [await offline(gateway), await offline(gateway), await person(gateway)]
    const tokens = await signedIn(gateway, client, approver)
    expect(await outcome(refresh(gateway, thief, tokens.refresh_token))).toBe('400 invalid_grant')
    expect(await outcome(refresh(gateway, client, tokens.access_token))).toBe('400 invalid_grant')
    expect(await userinfo(gateway, { ...tokens, access_token: tokens.refresh_token! })).toBe(401)
    await gateway.deps.store.updateClient({ ...client, offline_access: false })
    expect(await outcome(refresh(gateway, client, tokens.refresh_token))).toBe('400 unauthorized_client')
    await gateway.deps.store.updateClient(client)
    expect(await outcome(refresh(gateway, client, tokens.refresh_token))).toBe('200')
  })

  it('needs the client’s own authentication (RFC 6749 §6)', async () => {
    const gateway = await startTestGateway()
    const client = await offline(gateway)
    const { refresh_token } = await signedIn(gateway, client, await person(gateway))
    await gateway.deps.store.updateClient({ ...client, secret_hash: hash('a-secret') })
    expect(await outcome(refresh(gateway, client, refresh_token))).toBe('401 invalid_client')
    expect(await outcome(refresh(gateway, client, refresh_token, { client_secret: 'a-secret' }))).toBe('200')
  })

  it('ends with its account', async () => {
    const gateway = await startTestGateway()
    const [client, approver] = [await offline(gateway), await person(gateway)]
    const { refresh_token } = await signedIn(gateway, client, approver)
    const at = gateway.clock.now()
    await gateway.deps.store.disableAccount(approver.sub, at, { at, type: 'account_disabled', sub: approver.sub })
    expect(await outcome(refresh(gateway, client, refresh_token))).toBe('400 invalid_grant')
  })

  it('is kept as a hash', async () => {
    const gateway = await startTestGateway()
    const { refresh_token } = await signedIn(gateway, await offline(gateway), await person(gateway))
    const stored = await gateway.deps.store.findToken(hash(refresh_token!))
    expect(stored).toMatchObject({ kind: 'refresh', scope: SCOPE })
    expect(JSON.stringify(stored)).not.toContain(refresh_token)
  })
})

it('a code that is redeemed again takes the refresh token with it (I5)', async () => {
  const gateway = await startTestGateway()
  const client = await offline(gateway)
  const params = redemption(client, await issuedCode(gateway, client, await person(gateway), { scope: SCOPE }))
  const { refresh_token } = (await (await redeem(gateway, params)).json()) as Tokens
  const stolen = params.map(([name, value]): [string, string] => [name, name === 'code_verifier' ? `${value}x` : value])
  expect(await outcome(redeem(gateway, stolen))).toBe('400 invalid_grant')
  const still = (await (await refresh(gateway, client, refresh_token)).json()) as Tokens
  expect(await userinfo(gateway, still)).toBe(200)
  expect(await outcome(redeem(gateway, params))).toBe('400 invalid_grant')
  expect(await userinfo(gateway, still)).toBe(401)
  expect(await outcome(refresh(gateway, client, still.refresh_token))).toBe('400 invalid_grant')
})
