/** Clients that show who they are by a signed statement (RFC 7523 §3, OpenID Connect Core §9). */
import { createServer } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freePort, listen } from '../demo/ports.ts'
import { assertionClaims, type ClientKeyPair, clientKeyPair, JWT_BEARER } from './client-keys.ts'
import { issuedCode, outcome, redeem, redemption } from './codes.ts'
import { person, site } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

/** Asks with this assertion; `401 invalid_client` when it was not believed, `400 invalid_grant` when it was. */
const believed = (gateway: TestGateway, client_assertion: string, more: Record<string, string> = {}) => {
  const params = { grant_type: 'authorization_code', code: 'none', redirect_uri: 'x', client_assertion, ...more }
  return outcome(redeem(gateway, Object.entries({ client_assertion_type: JWT_BEARER, ...params })))
}
const YES = '400 invalid_grant'
const NO = '401 invalid_client'

async function signing(alg?: string, jwk?: Record<string, unknown>) {
  const gateway = await startTestGateway()
  const pair = clientKeyPair(alg, jwk)
  const { client_id } = await site(gateway, { jwks: { keys: [pair.public_jwk] } })
  const made = (change: object = {}, header: object = {}) =>
    pair.sign(assertionClaims(gateway, client_id, change), header)
  return { gateway, pair, client_id, made }
}

/** A site's own address with its keys; counts who asks for them. */
async function keyServer(answer: () => { status?: number; body?: string; location?: string }) {
  let asked = 0
  const server = createServer((_, response) => {
    asked++
    const { status = 200, body = '', location } = answer()
    response.writeHead(status, { 'content-type': 'application/json', ...(location && { location }) }).end(body)
  })
  const port = await freePort()
  await listen(server, port)
  onTestFinished(() => void server.close())
  return { jwks_uri: `http://127.0.0.1:${port}/jwks`, asked: () => asked }
}

const keySet = (...pairs: ClientKeyPair[]) => JSON.stringify({ keys: pairs.map(({ public_jwk }) => public_jwk) })

describe('an assertion', () => {
  it('redeems a code, at each algorithm that a registered key can have', async () => {
    for (const alg of ['RS256', 'PS256', 'ES256', 'EdDSA']) {
      const { gateway, client_id, made } = await signing(alg)
      const client = (await gateway.deps.store.findClient(client_id))!
      const code = await issuedCode(gateway, client, await person(gateway))
      const params = redemption(client, code, { client_assertion_type: JWT_BEARER, client_assertion: made() })
      expect([alg, await outcome(redeem(gateway, params))]).toEqual([alg, '200'])
    }
  })

  it('is for our issuer alone, as one text (RFC 7523 §3 (3))', async () => {
    const { gateway, made } = await signing()
    const wrong = [
      undefined,
      [gateway.issuer],
      [gateway.issuer, 'https://other.example'],
      `${gateway.issuer}/`,
      `${gateway.issuer}/token`,
      'https://other.example',
      '',
    ]
    for (const aud of wrong) expect([aud, await believed(gateway, made({ aud }))]).toEqual([aud, NO])
    expect(await believed(gateway, made())).toBe(YES)
  })

  it('is by the client about itself, and about no other that is named beside it', async () => {
    const { gateway, client_id, made } = await signing()
    const other = await site(gateway)
    expect(await believed(gateway, made({ iss: other.client_id }))).toBe(NO)
    expect(await believed(gateway, made({ sub: other.client_id }))).toBe(NO)
    expect(await believed(gateway, made({ iss: other.client_id, sub: other.client_id }))).toBe(NO)
    expect(await believed(gateway, made({ iss: 'nobody', sub: 'nobody' }))).toBe(NO)
    expect(await believed(gateway, made(), { client_id: other.client_id })).toBe(NO)
    expect(await believed(gateway, made(), { client_id })).toBe(YES)
  })

  it('is good for five minutes at the most, and not before its time', async () => {
    const { gateway, made } = await signing()
    const now = gateway.clock.now()
    const times: [object, string][] = [
      [{ exp: undefined }, NO],
      [{ exp: String(now + 60) }, NO],
      [{ exp: now }, NO],
      [{ exp: now + 301 }, NO],
      [{ iat: now + 61 }, NO],
      [{ nbf: now + 61 }, NO],
      [{ exp: now + 300, iat: now + 60, nbf: now + 60 }, YES],
      [{ exp: now + 1, iat: undefined }, YES],
    ]
    for (const [change, expected] of times)
      expect([change, await believed(gateway, made(change))]).toEqual([change, expected])
  })

  it('is taken once, also when it comes many times at once (jti)', async () => {
    const { gateway, made } = await signing()
    const once = made()
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => believed(gateway, once)))
    expect(outcomes.sort()).toEqual([YES, NO, NO, NO, NO, NO].sort())
    expect(await believed(gateway, made({ jti: 'the-same' }))).toBe(YES)
    expect(await believed(gateway, made({ jti: 'the-same', exp: gateway.clock.now() + 90 }))).toBe(NO)
    expect(await believed(gateway, made({ jti: undefined }))).toBe(NO)
    expect(await believed(gateway, made({ jti: '' }))).toBe(NO)
  })

  it('that was not signed by the client uses nothing up', async () => {
    const { gateway, client_id, made } = await signing()
    const forged = clientKeyPair().sign(assertionClaims(gateway, client_id, { jti: 'wanted' }))
    expect(await believed(gateway, forged)).toBe(NO)
    expect(await believed(gateway, made({ jti: 'wanted' }))).toBe(YES)
  })

  it('is checked by the registered key and its algorithm, whatever the token says (G22)', async () => {
    const { gateway, client_id, made, pair } = await signing()
    const own = clientKeyPair()
    const claims = () => assertionClaims(gateway, client_id)
    const parts = made().split('.')
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${parts[1]}.`
    const tries: [string, string][] = [
      ['alg none', none],
      ['a key it brings along', own.sign(claims(), { jwk: own.public_jwk })],
      ['a key it points to', own.sign(claims(), { jku: 'https://evil.example/jwks' })],
      ['the name of the registered key', own.sign(claims(), { kid: pair.public_jwk.kid as string })],
      ['another algorithm', made({}, { alg: 'ES384' })],
      ['a symmetric algorithm', made({}, { alg: 'HS256' })],
      ['a critical extension', made({}, { crit: ['b64'], b64: false })],
      ['the type of another statement', made({}, { typ: 'logout+jwt' })],
      ['a name no key has', made({}, { kid: 'another' })],
      ['changed claims', [parts[0], clientKeyPair().sign(claims()).split('.')[1], parts[2]].join('.')],
      ['no signature', parts.slice(0, 2).join('.')],
      ['no JWT', 'x'],
    ]
    for (const [what, assertion] of tries) expect([what, await believed(gateway, assertion)]).toEqual([what, NO])
    expect(await believed(gateway, made({}, { typ: 'client-authentication+jwt' }))).toBe(YES)
    expect(await believed(gateway, made({}, { kid: undefined }))).toBe(YES)
  })

  it('takes no key for what it was not registered for (RFC 7517 §4.2, §4.4)', async () => {
    for (const jwk of [{ use: 'enc' }, { alg: 'PS256' }]) {
      const { gateway, made } = await signing('RS256', jwk)
      expect([jwk, await believed(gateway, made())]).toEqual([jwk, NO])
    }
    const { gateway, made } = await signing('RS256', { use: 'sig', alg: 'RS256' })
    expect(await believed(gateway, made())).toBe(YES)
  })

  it('comes with its type, and with no other way of authentication (RFC 6749 §2.3)', async () => {
    const { gateway, client_id, made } = await signing()
    const post = (params: Record<string, string>, headers = {}) =>
      outcome(redeem(gateway, Object.entries({ grant_type: 'authorization_code', code: 'x', ...params }), headers))
    expect(await post({ client_assertion: made() })).toBe(NO)
    expect(await post({ client_assertion: made(), client_assertion_type: 'jwt' })).toBe(NO)
    expect(await post({ client_id, client_assertion_type: JWT_BEARER })).toBe(NO)
    expect(await believed(gateway, made(), { client_secret: 'x' })).toBe(NO)
    const both = Object.entries({ client_assertion: made(), client_assertion_type: JWT_BEARER })
    expect(await outcome(redeem(gateway, both, { authorization: `Basic ${btoa(`${client_id}:x`)}` }))).toBe(NO)
  })

  it('is nothing to a client that has a secret or none at all', async () => {
    const gateway = await startTestGateway()
    const pair = clientKeyPair()
    for (const secret_hash of [null, 'x']) {
      const { client_id } = await site(gateway, { secret_hash })
      expect(await believed(gateway, pair.sign(assertionClaims(gateway, client_id)))).toBe(NO)
    }
  })
})

describe('keys behind a jwks_uri', () => {
  it('are fetched, kept, and fetched again when the client signs with a new one', async () => {
    const gateway = await startTestGateway()
    const [first, second] = [clientKeyPair(), clientKeyPair()]
    let keys = keySet(first)
    const server = await keyServer(() => ({ body: keys }))
    const { client_id } = await site(gateway, { jwks_uri: server.jwks_uri })
    const by = (pair: ClientKeyPair) => believed(gateway, pair.sign(assertionClaims(gateway, client_id)))
    expect([await by(first), await by(first), server.asked()]).toEqual([YES, YES, 1])
    keys = keySet(second)
    expect([await by(second), server.asked()]).toEqual([NO, 1])
    gateway.clock.advance(30)
    expect([await by(second), await by(first), server.asked()]).toEqual([YES, NO, 2])
    gateway.clock.advance(300)
    expect([await by(second), server.asked()]).toEqual([YES, 3])
  })

  it('cannot be made to be fetched often by who only knows the client’s name', async () => {
    const gateway = await startTestGateway()
    const server = await keyServer(() => ({ body: keySet(clientKeyPair()) }))
    const { client_id } = await site(gateway, { jwks_uri: server.jwks_uri })
    const forged = () => believed(gateway, clientKeyPair().sign(assertionClaims(gateway, client_id)))
    expect(new Set(await Promise.all(Array.from({ length: 10 }, forged)))).toEqual(new Set([NO]))
    for (let i = 0; i < 5; i++) await forged()
    expect(server.asked()).toBe(1)
  })

  it('still serve for an hour when they cannot be fetched again', async () => {
    const gateway = await startTestGateway()
    const pair = clientKeyPair()
    let status = 200
    const server = await keyServer(() => ({ status, body: keySet(pair) }))
    const { client_id } = await site(gateway, { jwks_uri: server.jwks_uri })
    const ask = () => believed(gateway, pair.sign(assertionClaims(gateway, client_id)))
    expect(await ask()).toBe(YES)
    status = 500
    gateway.clock.advance(3599)
    expect(await ask()).toBe(YES)
    gateway.clock.advance(1)
    expect(await ask()).toBe(NO)
  })

  it('are not taken from a redirect, from too large an answer, or from what is no key set', async () => {
    const pair = clientKeyPair()
    const elsewhere = await keyServer(() => ({ body: keySet(pair) }))
    const answers = [
      { status: 302, location: elsewhere.jwks_uri },
      { body: keySet(pair).replace('{', `{"x":"${'x'.repeat(70_000)}",`) },
      { body: '[]' },
      { body: 'x' },
      { status: 404, body: keySet(pair) },
    ]
    for (const answer of answers) {
      const gateway = await startTestGateway()
      const { jwks_uri } = await keyServer(() => answer)
      const { client_id } = await site(gateway, { jwks_uri })
      expect(await believed(gateway, pair.sign(assertionClaims(gateway, client_id)))).toBe(NO)
    }
    expect(elsewhere.asked()).toBe(0)
  })

  it('that are out of reach fail the client, not the gateway (I11)', async () => {
    const gateway = await startTestGateway()
    const { client_id } = await site(gateway, { jwks_uri: `http://127.0.0.1:${await freePort()}/jwks` })
    expect(await believed(gateway, clientKeyPair().sign(assertionClaims(gateway, client_id)))).toBe(NO)
  })
})
