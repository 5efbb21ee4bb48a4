/** Passkeys: adding and removing them, signing in with one, and everything that an authenticator's word can be wrong in. */
import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Assertion, Passkey, PasskeyRequest } from '../../shared/protocol/passkey.ts'
import { type Authenticator, authenticator, type Lies } from './authenticator.ts'
import { addOptions, post, withPasskey } from './held-passkey.ts'
import { addAccount, pageHeaders, person, signIn } from './people.ts'
import { recorded, withoutPassword } from './record.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const json = async <T = Record<string, unknown>>(answer: Response): Promise<T> => answer.json() as Promise<T>

interface Started {
  challenge: string
  options: PasskeyRequest
  cookie: string
}

async function start(gateway: TestGateway, cookie = ''): Promise<Started> {
  const answer = await post(gateway, '/v1/sign-in/passkey/options', pageHeaders(gateway, cookie))
  expect(answer.status).toBe(200)
  const options = await json<PasskeyRequest>(answer)
  return { options, challenge: options.challenge, cookie: answer.headers.get('set-cookie')!.split(';')[0]! }
}

const finish = (gateway: TestGateway, cookie: string, passkey: Assertion) =>
  post(gateway, '/v1/sign-in/passkey', pageHeaders(gateway, cookie), { passkey })

async function attempt(gateway: TestGateway, held: Authenticator, lies: Lies = {}): Promise<Response> {
  const { challenge, cookie } = await start(gateway)
  return finish(gateway, cookie, held.assert(challenge, lies))
}

/** All of an answer that is not about the moment it was given. */
async function shape(answer: Response) {
  const { request_id: _, ...body } = await json(answer)
  return { status: answer.status, body, headers: Object.fromEntries([...answer.headers].filter(([n]) => n !== 'date')) }
}

async function peopled(): Promise<{ gateway: TestGateway; held: Authenticator; sub: string }> {
  const gateway = await startTestGateway()
  const { sub } = await addAccount(gateway, 'ada')
  return { gateway, sub, held: await withPasskey(gateway, 'ada') }
}

describe('signing in with a passkey', () => {
  it('asks for no name, and answers as a password does', async () => {
    const { gateway, held, sub } = await peopled()
    const { options, challenge, cookie } = await start(gateway)
    expect(options).toEqual({
      challenge: expect.stringMatching(/^[\w-]{43}$/),
      rpId: 'localhost',
      timeout: 300_000,
      userVerification: 'required',
      allowCredentials: [],
    })
    const answer = await finish(gateway, cookie, held.assert(challenge))
    expect(answer.status).toBe(200)
    expect(await json(answer)).toEqual({ sub, username: 'ada', name: 'ada', signed_in_at: gateway.clock.now() })
    const [gone, session] = answer.headers.getSetCookie()
    expect(gone).toMatch(/^nod_pre_session=; Max-Age=0;/)
    expect(session).toMatch(/^nod_session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/)
    const me = await gateway.fetch('/v1/me', { headers: { cookie: session!.split(';')[0]! } })
    expect(await json(me)).toMatchObject({ sub })
    expect(recorded(gateway, 'signed_in').at(-1)!.detail).toContain('"passkey":"Laptop"')
  })

  it('is bound to the browser by a cookie that no other host can set', async () => {
    const issuer = 'https://nod.example'
    const gateway = await startTestGateway({ NOD_ISSUER: issuer, NOD_LIMITS: 'on' })
    const headers = { ...pageHeaders(gateway), origin: issuer }
    const answer = await post(gateway, '/v1/sign-in/passkey/options', headers)
    const cookie = answer.headers.get('set-cookie')!
    expect(cookie).toMatch(/^__Host-nod_pre_session=[\w-]{43}; Max-Age=300; /)
    for (const flag of ['Secure', 'HttpOnly', 'SameSite=Strict', 'Path=/']) expect(cookie.split('; ')).toContain(flag)
    expect((await json<PasskeyRequest>(answer)).rpId).toBe('nod.example')
  })

  it('lets two tabs of a browser ask at once', async () => {
    const { gateway, held } = await peopled()
    const one = await start(gateway)
    const other = await start(gateway, one.cookie)
    expect(other.cookie).toBe(one.cookie)
    expect((await finish(gateway, one.cookie, held.assert(one.challenge))).status).toBe(200)
    expect((await finish(gateway, one.cookie, held.assert(other.challenge))).status).toBe(200)
  })

  it('works with passkeys that do not count, again and again', async () => {
    const gateway = await startTestGateway()
    await addAccount(gateway, 'ada')
    const held = await withPasskey(gateway, 'ada', { counts: false })
    for (let i = 0; i < 2; i += 1) expect((await attempt(gateway, held)).status).toBe(200)
  })

  it('keeps the device this browser is', async () => {
    const gateway = await startTestGateway()
    const one = await person(gateway, 'ada')
    const held = await withPasskey(gateway, 'ada')
    const { challenge, cookie } = await start(gateway)
    const answer = await finish(gateway, `${cookie}; ${one.headers.cookie}`, held.assert(challenge))
    expect(await json(answer)).toMatchObject({ device_id: one.device_id })
    expect((await gateway.fetch('/v1/me', { headers: one.headers })).status).toBe(401)
  })
})

describe('a passkey sign-in fails, always with the same answer (G67)', () => {
  const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const wrong: [string, Lies][] = [
    ['another challenge', { challenge: 'A'.repeat(43) }],
    ['no challenge', { challenge: '' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['an origin that begins like ours', { origin: 'http://localhost.evil.example' }],
    ['another rpId', { rp_id: 'evil.example' }],
    ['no user present', { flags: 0x04 }],
    ['no user verified', { flags: 0x01 }],
    ['the type of a registration', { type: 'webauthn.create' }],
    ['another credential type', { credential_type: 'password' }],
    ['asked from a frame', { cross_origin: true }],
    ['asked from a frame of a page it names', { cross_origin: true, top_origin: 'https://evil.example' }],
    ['a top origin without a frame', { top_origin: 'https://evil.example' }],
    ['a signature over something else', { signs: Buffer.from('something else') }],
    ['a counter that goes back', { sign_count: 1 }],
    ['an account that is not its own', { user_handle: 'Ym9i' }],
    ['no account', { user_handle: null }],
    ['an unknown credential', { id: 'AAAA' }],
  ]

  it.each(wrong)('%s', async (_, lies) => {
    const { gateway, held } = await peopled()
    expect((await attempt(gateway, held)).status).toBe(200)
    const expected = await shape(await finish(gateway, '', held.assert('A'.repeat(43))))
    expect(expected).toMatchObject({ status: 401, body: { error: 'sign_in_failed' } })
    expect(expected.headers).not.toHaveProperty('set-cookie')
    expect(await shape(await attempt(gateway, held, lies))).toEqual(expected)
    expect((await attempt(gateway, held, { sign_count: 50 })).status).toBe(200)
  })

  it("another key's signature, another person's credential", async () => {
    const { gateway, held } = await peopled()
    await addAccount(gateway, 'bob')
    const bobs = await withPasskey(gateway, 'bob')
    const { challenge, cookie } = await start(gateway)
    const made = held.assert(challenge)
    const forged = {
      ...made,
      response: { ...made.response, signature: sign('sha256', Buffer.from('x'), foreign).toString('base64url') },
    }
    expect((await finish(gateway, cookie, forged)).status).toBe(401)
    // Bob's credential said to be Ada's account, and Ada's said to be Bob's key.
    expect((await attempt(gateway, bobs, { user_handle: made.response.userHandle! })).status).toBe(401)
    expect((await attempt(gateway, bobs, { id: held.id })).status).toBe(401)
  })

  it('a challenge used before, of another browser, or of five minutes ago', async () => {
    const { gateway, held } = await peopled()
    const one = await start(gateway)
    expect((await finish(gateway, one.cookie, held.assert(one.challenge))).status).toBe(200)
    expect((await finish(gateway, one.cookie, held.assert(one.challenge))).status).toBe(401)

    const two = await start(gateway)
    const elsewhere = await start(gateway)
    expect((await finish(gateway, elsewhere.cookie, held.assert(two.challenge))).status).toBe(401)
    expect((await finish(gateway, '', held.assert(two.challenge))).status).toBe(401)
    expect((await finish(gateway, two.cookie, held.assert(two.challenge))).status).toBe(200)

    const late = await start(gateway)
    gateway.clock.advance(300)
    expect((await finish(gateway, late.cookie, held.assert(late.challenge))).status).toBe(401)
  })

  it('a challenge spent on a failure, and one that was given for adding a passkey', async () => {
    const { gateway, held } = await peopled()
    const { challenge, cookie } = await start(gateway)
    expect((await finish(gateway, cookie, held.assert(challenge, { flags: 0x01 }))).status).toBe(401)
    expect((await finish(gateway, cookie, held.assert(challenge))).status).toBe(401)
    const session = await signIn(gateway, 'ada')
    const adding = await addOptions(gateway, pageHeaders(gateway, session))
    const as_pre_session = session.replace('nod_session', 'nod_pre_session')
    expect((await finish(gateway, as_pre_session, held.assert(adding.challenge))).status).toBe(401)
  })

  it('an account that is disabled, which its record tells', async () => {
    const { gateway, held, sub } = await peopled()
    await gateway.deps.store.disableAccount(sub, gateway.clock.now(), { at: 0, type: 'account_disabled' })
    expect((await attempt(gateway, held)).status).toBe(401)
    await expect.poll(() => recorded(gateway, 'sign_in_failed').length).toBe(1)
  })

  it('an answer to nothing that was asked, and it is not put on record: anybody could fill it', async () => {
    const { gateway, held } = await peopled()
    const { cookie } = await start(gateway)
    for (const as of ['', cookie]) expect((await finish(gateway, as, held.assert('x'.repeat(43)))).status).toBe(401)
    const { challenge, cookie: asked } = await start(gateway)
    expect((await finish(gateway, asked, held.assert(challenge, { flags: 0x01 }))).status).toBe(401)
    await expect.poll(() => recorded(gateway, 'sign_in_failed').length).toBeGreaterThan(0)
    expect(recorded(gateway, 'sign_in_failed')).toHaveLength(1)
  })

  it('from the page of somebody else (G73)', async () => {
    const { gateway, held } = await peopled()
    const { challenge, cookie } = await start(gateway)
    for (const change of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'same-site' }]) {
      const headers = { ...pageHeaders(gateway, cookie), ...change }
      const body = { passkey: held.assert(challenge) }
      expect((await post(gateway, '/v1/sign-in/passkey', headers, body)).status).toBe(403)
      expect((await post(gateway, '/v1/sign-in/passkey/options', headers)).status).toBe(403)
    }
  })

  it('what is no assertion at all is malformed, not a fault of ours', async () => {
    const { gateway } = await peopled()
    for (const passkey of [null, {}, { id: '', response: {} }, { id: 'a b', rawId: 'a', type: '', response: {} }]) {
      const answer = await post(gateway, '/v1/sign-in/passkey', pageHeaders(gateway), { passkey })
      expect([answer.status, (await json(answer)).error]).toEqual([400, 'invalid_request'])
    }
  })
})

describe('adding a passkey', () => {
  it('needs a fresh sign-in, and says what it is called (G70)', async () => {
    const gateway = await startTestGateway()
    await addAccount(gateway, 'ada')
    const headers = pageHeaders(gateway, await signIn(gateway, 'ada'))
    const held = authenticator(gateway.issuer)
    const options = await addOptions(gateway, headers)
    expect(options).toMatchObject({
      rp: { id: 'localhost' },
      user: { name: 'ada', displayName: 'ada' },
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: [],
    })
    const passkey = held.register(options)
    const added = await post(gateway, '/v1/me/passkeys', headers, { name: ' My\u202elaptop ', passkey })
    expect(added.status).toBe(201)
    const shown = await json(added)
    expect(shown).toEqual({
      passkey_id: held.id,
      name: 'My laptop',
      synced: false,
      transports: ['internal'],
      created_at: gateway.clock.now(),
      last_used_at: null,
    })
    expect(await json(await gateway.fetch('/v1/me/passkeys', { headers }))).toEqual({ passkeys: [shown] })
    expect((await addOptions(gateway, headers)).excludeCredentials).toMatchObject([{ id: held.id }])
    expect(recorded(gateway, 'passkey_added').length).toBe(1)

    const open = await addOptions(gateway, headers)
    gateway.clock.advance(301)
    const late = { passkey: authenticator(gateway.issuer).register(open) }
    for (const path of ['/v1/me/passkeys/options', '/v1/me/passkeys']) {
      const answer = await post(gateway, path, headers, late)
      expect([answer.status, (await json(answer)).error]).toEqual([403, 'fresh_sign_in_required'])
    }
    const remove = await gateway.fetch(`/v1/me/passkeys/${held.id}`, { method: 'DELETE', headers })
    expect([remove.status, (await json(remove)).error]).toEqual([403, 'fresh_sign_in_required'])
    expect(
      (await json<{ passkeys: unknown[] }>(await gateway.fetch('/v1/me/passkeys', { headers }))).passkeys,
    ).toHaveLength(1)
  })

  it.each<[string, Lies]>([
    ['challenge', { challenge: 'A'.repeat(43) }],
    ['origin', { origin: 'https://evil.example' }],
    ['rpId', { rp_id: 'evil.example' }],
    ['presence', { flags: 0x04 }],
    ['verification', { flags: 0x01 }],
    ['type', { type: 'webauthn.get' }],
    ['frame', { cross_origin: true }],
    ['id', { id: 'AAAA' }],
  ])('is refused for a wrong %s', async (_, lies) => {
    const gateway = await startTestGateway()
    await addAccount(gateway, 'ada')
    const headers = pageHeaders(gateway, await signIn(gateway, 'ada'))
    const passkey = authenticator(gateway.issuer).register(await addOptions(gateway, headers), lies)
    const answer = await post(gateway, '/v1/me/passkeys', headers, { passkey })
    expect([answer.status, (await json(answer)).error]).toEqual([400, 'invalid_passkey'])
    expect(await json(await gateway.fetch('/v1/me/passkeys', { headers }))).toEqual({ passkeys: [] })
  })

  it('takes a challenge once, of this sign-in, and a credential once', async () => {
    const gateway = await startTestGateway()
    await addAccount(gateway, 'ada')
    await addAccount(gateway, 'bob')
    const adas = pageHeaders(gateway, await signIn(gateway, 'ada'))
    const bobs = pageHeaders(gateway, await signIn(gateway, 'bob'))
    const options = await addOptions(gateway, adas)
    const held = authenticator(gateway.issuer)
    const passkey = held.register(options)
    const add = async (headers: Record<string, string>, made: object) =>
      (await post(gateway, '/v1/me/passkeys', headers, { passkey: made })).status
    expect(await add(bobs, passkey)).toBe(400)
    expect(await add(adas, passkey)).toBe(201)
    expect(await add(adas, passkey)).toBe(400)
    expect(await add(adas, authenticator(gateway.issuer).register(options))).toBe(400)
    expect(await add(bobs, held.register(await addOptions(gateway, bobs)))).toBe(400)
  })

  it('ends at twenty', async () => {
    const gateway = await startTestGateway()
    await addAccount(gateway, 'ada')
    for (let i = 0; i < 20; i += 1) await withPasskey(gateway, 'ada')
    const headers = pageHeaders(gateway, await signIn(gateway, 'ada'))
    const passkey = authenticator(gateway.issuer).register(await addOptions(gateway, headers))
    expect((await post(gateway, '/v1/me/passkeys', headers, { passkey })).status).toBe(409)
  })
})

describe('removing a passkey', () => {
  const remove = (gateway: TestGateway, headers: Record<string, string>, id: string) =>
    gateway.fetch(`/v1/me/passkeys/${id}`, { method: 'DELETE', headers })

  it('ends it, and nobody can remove that of another (I14)', async () => {
    const { gateway, held } = await peopled()
    await addAccount(gateway, 'bob')
    const bobs = pageHeaders(gateway, await signIn(gateway, 'bob'))
    const adas = pageHeaders(gateway, await signIn(gateway, 'ada'))
    const [theirs, nobodys] = [await remove(gateway, bobs, held.id), await remove(gateway, bobs, 'AAAA')]
    expect(theirs.status).toBe(404)
    expect(await shape(theirs)).toEqual(await shape(nobodys))
    expect((await remove(gateway, adas, held.id)).status).toBe(204)
    expect((await attempt(gateway, held)).status).toBe(401)
    expect(recorded(gateway, 'passkey_removed').map(({ detail }) => detail)).toEqual(['{"name":"Laptop"}'])
  })

  it('leaves the last way to sign in where it is (G70)', async () => {
    const { gateway, held, sub } = await peopled()
    const second = await withPasskey(gateway, 'ada')
    const headers = pageHeaders(gateway, await signIn(gateway, 'ada'))
    withoutPassword(gateway, sub)
    expect((await remove(gateway, headers, second.id)).status).toBe(204)
    const last = await remove(gateway, headers, held.id)
    expect([last.status, (await json(last)).error]).toEqual([409, 'last_factor'])
    const { passkeys } = await json<{ passkeys: Passkey[] }>(await gateway.fetch('/v1/me/passkeys', { headers }))
    expect(passkeys).toHaveLength(1)
    expect((await attempt(gateway, held)).status).toBe(200)
  })

  it('leaves one of two that are removed at the same moment (G67, G70)', async () => {
    const { gateway, held, sub } = await peopled()
    const second = await withPasskey(gateway, 'ada')
    const headers = pageHeaders(gateway, await signIn(gateway, 'ada'))
    withoutPassword(gateway, sub)
    const answers = await Promise.all([held.id, second.id].map((id) => remove(gateway, headers, id)))
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409])
  })

  it('an account of passkeys alone answers a password like everybody (G60)', async () => {
    const { gateway, sub } = await peopled()
    const password = (username: string) =>
      post(gateway, '/v1/sign-in', pageHeaders(gateway), { username, password: 'correct horse battery staple' })
    const unknown = await shape(await password('nobody'))
    withoutPassword(gateway, sub)
    expect(await shape(await password('ada'))).toEqual(unknown)
    expect(await shape(await password('nobody'))).toEqual(unknown)
  })
})
