/** What the tokens say: the id_token's claims, its signature, and what /userinfo tells whom. */

import { createHash, createPublicKey, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { ClientRow } from '../../gateway/store/rows.ts'
import { issuedCode, outcome, redeem, redemption } from './codes.ts'
import { type Person, person, site } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

interface Tokens {
  access_token: string
  id_token: string
}

async function signedIn(gateway: TestGateway, client: ClientRow, approver: Person, change = {}): Promise<Tokens> {
  const code = await issuedCode(gateway, client, approver, change)
  return (await redeem(gateway, redemption(client, code))).json() as Promise<Tokens>
}

const decoded = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())

/** Checked with node:crypto by the key set alone, as a site would that knows nothing of the code under test. */
async function verified(gateway: TestGateway, id_token: string) {
  const [head = '', body = '', signature = ''] = id_token.split('.')
  const header = decoded(head) as { alg: string; kid: string; typ: string }
  const { keys } = (await (await gateway.fetch('/jwks')).json()) as { keys: { kid: string; alg: string }[] }
  const jwk = keys.find(({ kid }) => kid === header.kid)!
  expect(jwk.alg).toBe(header.alg)
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  const options = header.alg === 'ES256' ? { key, dsaEncoding: 'ieee-p1363' as const } : key
  expect(verify('sha256', Buffer.from(`${head}.${body}`), options, Buffer.from(signature, 'base64url'))).toBe(true)
  return { header, claims: decoded(body) }
}

describe('an id_token', () => {
  it.each(['RS256', 'ES256'] as const)(
    'signed with %s says who, for whom, when and how (G41, Core §2)',
    async (alg) => {
      const gateway = await startTestGateway()
      const client = await site(gateway, { id_token_signed_response_alg: alg })
      const approver = await person(gateway, 'ada')
      const code = await issuedCode(gateway, client, approver)
      const decided_at = gateway.clock.now()
      gateway.clock.advance(30)
      const { access_token, id_token } = (await (await redeem(gateway, redemption(client, code))).json()) as Tokens
      const { header, claims } = await verified(gateway, id_token)
      const now = gateway.clock.now()
      expect(header).toEqual({ alg, kid: header.kid, typ: 'JWT' })
      expect(claims).toEqual({
        iss: gateway.issuer,
        sub: approver.sub,
        aud: client.client_id,
        iat: now,
        exp: now + 300,
        auth_time: decided_at,
        nonce: 'a-nonce',
        sid: expect.stringMatching(/^[\w-]{22}$/),
        acr: `${gateway.issuer}/acr/device-key`,
        amr: ['swk', 'user'],
        at_hash: createHash('sha256').update(access_token).digest().subarray(0, 16).toString('base64url'),
        name: 'ada',
        preferred_username: 'ada',
      })
    },
  )

  it('says no more than was asked for and no more than happened (G50)', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway, { confirm: 'tap' })
    const { id_token } = await signedIn(gateway, client, await person(gateway), { scope: 'openid', acr_values: 'phr' })
    const { claims } = await verified(gateway, id_token)
    expect(claims).not.toHaveProperty('name')
    expect(claims).not.toHaveProperty('preferred_username')
    expect(claims.acr).not.toBe('phr')
    expect(claims.amr).toEqual(['swk'])
  })

  it('has a sid of its own for each sign-in', async () => {
    const gateway = await startTestGateway()
    const [client, approver] = [await site(gateway), await person(gateway)]
    const sids = [1, 2].map(
      async () => (await verified(gateway, (await signedIn(gateway, client, approver)).id_token)).claims.sid,
    )
    expect(new Set(await Promise.all(sids)).size).toBe(2)
  })
})

describe('userinfo', () => {
  it('tells the claims of the scope, to GET and POST (Core §5.3)', async () => {
    const gateway = await startTestGateway()
    const [client, approver] = [await site(gateway), await person(gateway, 'ada')]
    const whole = await signedIn(gateway, client, approver)
    const bare = await signedIn(gateway, client, approver, { scope: 'openid' })
    const ask = async (token: string, method = 'GET') => {
      const answer = await gateway.fetch('/userinfo', { method, headers: { authorization: `Bearer ${token}` } })
      expect(answer.headers.get('cache-control')).toBe('no-store')
      return answer.json()
    }
    const { sub } = approver
    expect(await ask(whole.access_token)).toEqual({ sub, name: 'ada', preferred_username: 'ada' })
    expect(await ask(whole.access_token, 'POST')).toEqual({ sub, name: 'ada', preferred_username: 'ada' })
    expect(await ask(bare.access_token)).toEqual({ sub })
  })

  it('takes a live token from the header only (RFC 6750 §3.1, RFC 10027 §6.1.10)', async () => {
    const gateway = await startTestGateway()
    const [client, approver] = [await site(gateway), await person(gateway)]
    const { access_token, id_token } = await signedIn(gateway, client, approver)
    const refused = async (path: string, init: RequestInit = {}) => {
      const answer = await gateway.fetch(path, init)
      expect(answer.status).toBe(401)
      return answer.headers.get('www-authenticate')
    }
    expect(await refused('/userinfo')).toBe('Bearer realm="nod"')
    expect(await refused(`/userinfo?access_token=${access_token}`)).toBe('Bearer realm="nod"')
    const body = new URLSearchParams({ access_token })
    expect(await refused('/userinfo', { method: 'POST', body })).toBe('Bearer realm="nod"')
    const bad = { headers: { authorization: `Bearer ${id_token}` } }
    expect(await refused('/userinfo', bad)).toBe('Bearer error="invalid_token"')

    const good = { headers: { authorization: `Bearer ${access_token}` } }
    expect((await gateway.fetch('/userinfo', good)).status).toBe(200)
    gateway.clock.advance(3600)
    expect(await outcome(gateway.fetch('/userinfo', good))).toBe('401 invalid_token')
  })

  it('stops at once for an account that is disabled and for a client that is removed', async () => {
    const gateway = await startTestGateway()
    const [client, approver] = [await site(gateway), await person(gateway)]
    const first = await signedIn(gateway, client, approver)
    const ask = () =>
      gateway.fetch('/userinfo', { headers: { authorization: `Bearer ${first.access_token}` } }).then((a) => a.status)
    await gateway.deps.store.removeClient(client.client_id)
    expect(await ask()).toBe(401)
    await gateway.deps.store.insertClient(client)
    expect(await ask()).toBe(200)
    const at = gateway.clock.now()
    await gateway.deps.store.disableAccount(approver.sub, at, { at, type: 'account_disabled', sub: approver.sub })
    expect(await ask()).toBe(401)
  })
})
