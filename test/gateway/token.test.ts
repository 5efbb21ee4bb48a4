/** Exchanging an approved code: by whom, with what, how often and until when. */
import { describe, expect, it } from 'vitest'
import { hash } from '../../gateway/secrets.ts'
import type { ClientRow } from '../../gateway/store/rows.ts'
import { issuedCode, outcome, redeem, redemption } from './codes.ts'
import { approve, person, site, VERIFIER, waitingPage } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const FORM = 'application/x-www-form-urlencoded'
/** Everything that form-encoding changes, and the colon that parts the two halves. */
const SECRET = 'p+s:w%2Bö&=/ "~'

const confidential = (gateway: TestGateway, change: Partial<ClientRow> = {}) =>
  site(gateway, { secret_hash: hash(SECRET), ...change })

const formEncoded = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1)

const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${formEncoded(id)}:${formEncoded(secret)}`).toString('base64')}`,
})

describe('a code', () => {
  it('is exchanged for tokens once, and its second redemption revokes them (G37, RFC 6749 §4.1.2, RFC 10027 §6.1.3, §6.1.6)', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    const params = redemption(client, await issuedCode(gateway, client, await person(gateway)))
    const answer = await redeem(gateway, params)
    expect(answer.status).toBe(200)
    const tokens = (await answer.json()) as { access_token: string }
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'openid profile' })
    expect(Buffer.from(tokens.access_token, 'base64url')).toHaveLength(32)
    const ask = () => gateway.fetch('/userinfo', { headers: { authorization: `Bearer ${tokens.access_token}` } })
    expect((await ask()).status).toBe(200)
    expect(await outcome(redeem(gateway, params))).toBe('400 invalid_grant')
    expect(await outcome(ask())).toBe('401 invalid_token')
  })

  it('leaves one live set of tokens at most when redeemed many times at once (I5)', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    const params = redemption(client, await issuedCode(gateway, client, await person(gateway)))
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => outcome(redeem(gateway, params))))
    expect(outcomes.filter((one) => one === '200')).toHaveLength(1)
    expect(outcomes.filter((one) => one === '400 invalid_grant')).toHaveLength(7)
  })

  it('lives 60 seconds from its delivery (G40)', async () => {
    const gateway = await startTestGateway()
    const [client, approver] = [await site(gateway), await person(gateway)]
    const young = redemption(client, await issuedCode(gateway, client, approver))
    gateway.clock.advance(59)
    expect(await outcome(redeem(gateway, young))).toBe('200')
    const old = redemption(client, await issuedCode(gateway, client, approver))
    gateway.clock.advance(61)
    expect(await outcome(redeem(gateway, old))).toBe('400 invalid_grant')
  })

  it('is worth nothing to another client, and is not harmed by its try (G39)', async () => {
    const gateway = await startTestGateway()
    const [client, thief] = [await site(gateway), await confidential(gateway)]
    const code = await issuedCode(gateway, client, await person(gateway))
    const stolen = redemption(client, code, { client_id: thief.client_id })
    expect(await outcome(redeem(gateway, stolen, basic(thief.client_id, SECRET)))).toBe('400 invalid_grant')
    expect(await outcome(redeem(gateway, redemption(client, code)))).toBe('200')
  })

  it('is bound to the redirect_uri it was sent to (RFC 6749 §4.1.3)', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway, { redirect_uris: ['https://shop.example/cb', 'https://shop.example/other'] })
    const code = await issuedCode(gateway, client, await person(gateway))
    const to = (redirect_uri?: string) => outcome(redeem(gateway, redemption(client, code, { redirect_uri })))
    expect(await to('https://shop.example/other')).toBe('400 invalid_grant')
    expect(await to('https://shop.example/cb/')).toBe('400 invalid_grant')
    expect(await to(undefined)).toBe('400 invalid_request')
    expect(await to('https://shop.example/cb')).toBe('200')
  })

  it('is not given for an account that was disabled since', async () => {
    const gateway = await startTestGateway()
    const [client, approver] = [await site(gateway), await person(gateway)]
    const code = await issuedCode(gateway, client, approver)
    const at = gateway.clock.now()
    await gateway.deps.store.disableAccount(approver.sub, at, { at, type: 'account_disabled', sub: approver.sub })
    expect(await outcome(redeem(gateway, redemption(client, code)))).toBe('400 invalid_grant')
  })

  it('cannot be redeemed before or without an approval (I3)', async () => {
    const gateway = await startTestGateway()
    const [client, approver] = [await site(gateway), await person(gateway)]
    const page = await waitingPage(gateway, client)
    const { session_id, poll_secret, ticket_key, user_code } = page.session
    for (const guess of [session_id, poll_secret, ticket_key, user_code, (await page.ticket()).split('.')[1]!])
      expect(await outcome(redeem(gateway, redemption(client, guess)))).toBe('400 invalid_grant')
    await approve(approver, page)
    expect(await outcome(redeem(gateway, redemption(client, session_id)))).toBe('400 invalid_grant')
  })
})

describe('the code_verifier', () => {
  it('must be there, be well-formed and fit (G35, RFC 7636 §4.6)', async () => {
    const gateway = await startTestGateway()
    const [client, approver] = [await site(gateway), await person(gateway)]
    const wrong = [
      undefined,
      'x',
      'a'.repeat(42),
      'a'.repeat(129),
      `${VERIFIER} `,
      `${VERIFIER}ü`,
      VERIFIER.toUpperCase(),
    ]
    for (const code_verifier of wrong) {
      const code = await issuedCode(gateway, client, approver)
      expect(await outcome(redeem(gateway, redemption(client, code, { code_verifier })))).toBe('400 invalid_grant')
    }
  })

  it('may be wrong four times and not five (G36)', async () => {
    const gateway = await startTestGateway()
    const [client, approver] = [await site(gateway), await person(gateway)]
    for (let tries = 0; tries <= 10; tries++) {
      const code = await issuedCode(gateway, client, approver)
      for (let wrong = 0; wrong < tries; wrong++) {
        const guess = redemption(client, code, { code_verifier: `${VERIFIER}${wrong}` })
        expect(await outcome(redeem(gateway, guess))).toBe('400 invalid_grant')
      }
      const right = await outcome(redeem(gateway, redemption(client, code)))
      expect([tries, right]).toEqual([tries, tries <= 4 ? '200' : '400 invalid_grant'])
    }
  })
})

describe('a client', () => {
  it('authenticates by basic, form-encoded as RFC 6749 §2.3.1 has it, or by post (G46)', async () => {
    const gateway = await startTestGateway()
    const [client, approver] = [await confidential(gateway), await person(gateway)]
    const code = () => issuedCode(gateway, client, approver)
    const header = basic(client.client_id, SECRET)
    expect(await outcome(redeem(gateway, redemption(client, await code()), header))).toBe('200')
    expect(await outcome(redeem(gateway, redemption(client, await code(), { client_id: undefined }), header))).toBe(
      '200',
    )
    expect(await outcome(redeem(gateway, redemption(client, await code(), { client_secret: SECRET })))).toBe('200')
  })

  it('is refused with 401 and a challenge when it does not (G46, RFC 6749 §5.2)', async () => {
    const gateway = await startTestGateway()
    const [client, open] = [await confidential(gateway), await site(gateway)]
    const code = await issuedCode(gateway, client, await person(gateway))
    const id = client.client_id
    const tries: [string, Promise<Response>][] = [
      ['nothing', redeem(gateway, redemption(client, code, { client_id: undefined }))],
      ['no secret', redeem(gateway, redemption(client, code))],
      ['an empty secret', redeem(gateway, redemption(client, code, { client_secret: '' }))],
      ['an empty basic secret', redeem(gateway, redemption(client, code), basic(id, ''))],
      ['a wrong secret', redeem(gateway, redemption(client, code, { client_secret: `${SECRET}x` }))],
      ['a wrong basic secret', redeem(gateway, redemption(client, code), basic(id, 'wrong'))],
      ['its hash', redeem(gateway, redemption(client, code, { client_secret: client.secret_hash! }))],
      ['an unknown client', redeem(gateway, redemption(client, code), basic('nobody', SECRET))],
      ['two ids', redeem(gateway, redemption(client, code, { client_id: open.client_id }), basic(id, SECRET))],
      ['no basic at all', redeem(gateway, redemption(client, code), { authorization: 'Basic !' })],
      ['a bearer', redeem(gateway, redemption(client, code), { authorization: `Bearer ${SECRET}` })],
      ['a public client with a secret', redeem(gateway, redemption(open, code, { client_secret: SECRET }))],
      ['a public client with basic', redeem(gateway, redemption(open, code), basic(open.client_id, SECRET))],
    ]
    for (const [how, answering] of tries) {
      const answer = await answering
      expect([how, answer.status]).toEqual([how, 401])
      expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /)
      expect(await answer.json()).toMatchObject({ error: 'invalid_client' })
    }
  })

  it('never authenticates by the query, and never in two ways at once (G46, RFC 6749 §2.3)', async () => {
    const gateway = await startTestGateway()
    const client = await confidential(gateway)
    const code = await issuedCode(gateway, client, await person(gateway))
    const credentials = new URLSearchParams({ client_id: client.client_id, client_secret: SECRET })
    const body = new URLSearchParams(redemption(client, code))
    const by_query = gateway.fetch(`/token?${credentials}`, { method: 'POST', body })
    expect(await outcome(by_query)).toBe('401 invalid_client')
    const twice = redeem(gateway, redemption(client, code, { client_secret: SECRET }), basic(client.client_id, SECRET))
    expect(await outcome(twice)).toBe('401 invalid_client')
    expect(await outcome(redeem(gateway, redemption(client, code), basic(client.client_id, SECRET)))).toBe('200')
  })

  it('with registered keys is not let in without them', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway, { jwks: { keys: [{ kty: 'EC' }] } })
    const code = await issuedCode(gateway, client, await person(gateway))
    expect(await outcome(redeem(gateway, redemption(client, code)))).toBe('401 invalid_client')
  })
})

describe('the token endpoint', () => {
  it('knows no other grant (G44, RFC 6749 §5.2)', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    for (const grant_type of ['password', 'implicit', 'client_credentials', 'AUTHORIZATION_CODE'])
      expect(await outcome(redeem(gateway, redemption(client, 'c', { grant_type })))).toBe('400 unsupported_grant_type')
    expect(await outcome(redeem(gateway, redemption(client, 'c', { grant_type: undefined })))).toBe(
      '400 invalid_request',
    )
    expect(await outcome(redeem(gateway, redemption(client, 'c', { code: undefined })))).toBe('400 invalid_request')
  })

  it('takes a form, and no parameter twice (RFC 6749 §3.2)', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    const code = await issuedCode(gateway, client, await person(gateway))
    const params = redemption(client, code)
    const post = (type: string, body: string) =>
      outcome(gateway.fetch('/token', { method: 'POST', headers: { 'content-type': type }, body }))
    expect(await post('application/json', JSON.stringify(Object.fromEntries(params)))).toBe('400 invalid_request')
    expect(await post(FORM, `${new URLSearchParams(params)}&code=x`)).toBe('400 invalid_request')
    expect(await post(FORM, `${new URLSearchParams(params)}&x=%`)).toBe('400 invalid_request')
    expect([404, 405]).toContain((await gateway.fetch(`/token?${new URLSearchParams(params)}`)).status)
    expect(await post(`${FORM}; charset=utf-8`, new URLSearchParams(params).toString())).toBe('200')
  })

  it('lets nothing be cached, and nothing of the request into the answer’s headers (G78, RFC 6749 §5.1)', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    const code = await issuedCode(gateway, client, await person(gateway))
    const headers = { vary: 'x-evil', 'cache-control': 'max-age=9999', 'x-forwarded-host': 'evil.example' }
    for (const answer of [
      await redeem(gateway, redemption(client, code), headers),
      await redeem(gateway, [], headers),
    ]) {
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(answer.headers.get('vary') ?? '').not.toContain('evil')
    }
  })

  it('keeps no secret in the open: codes and tokens are stored as hashes', async () => {
    const gateway = await startTestGateway()
    const [client, approver] = [await site(gateway), await person(gateway)]
    const code = await issuedCode(gateway, client, approver)
    const { access_token } = (await (await redeem(gateway, redemption(client, code))).json()) as {
      access_token: string
    }
    const token = await gateway.deps.store.findToken(hash(access_token))
    expect(token).toMatchObject({ sub: approver.sub, client_id: client.client_id })
    expect(JSON.stringify([token, await gateway.deps.store.findSession(token!.session_id)])).not.toContain(access_token)
    expect(JSON.stringify(await gateway.deps.store.findSession(token!.session_id))).not.toContain(code)
  })
})
