/** Signing in to the gateway's own pages: what a failure tells (nothing), what is throttled, what the cookie is. */
import { performance } from 'node:perf_hooks'
import { describe, expect, it } from 'vitest'
import { createAccounts } from '../../gateway/accounts.ts'
import { addAccount, enrol, heldInbox, memoryKey, PASSWORD, pageHeaders, person, signIn } from './people.ts'
import { recorded } from './record.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const attempt = (
  gateway: TestGateway,
  { username = 'ada', password = PASSWORD }: { username?: string; password?: string },
  headers: Record<string, string> = {},
) =>
  gateway.fetch('/v1/sign-in', {
    method: 'POST',
    headers: { ...pageHeaders(gateway), ...headers },
    body: JSON.stringify({ username, password }),
  })

const json = async (answer: Response): Promise<Record<string, unknown>> => answer.json()

/** All of an answer that is not about the moment it was given. */
async function shape(answer: Response) {
  const { request_id, ...body } = await json(answer)
  expect(request_id).toEqual(expect.any(String))
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => name !== 'date'))
  return { status: answer.status, body, headers }
}

/** A gateway with the account `ada`, one disabled, and one that has no password. */
async function peopled(settings: Record<string, string> = {}): Promise<TestGateway> {
  const gateway = await startTestGateway(settings)
  const accounts = createAccounts(gateway.deps)
  await addAccount(gateway, 'ada')
  await addAccount(gateway, 'gone')
  await accounts.disable('gone')
  const [ada] = await accounts.list()
  const passkey_only = { ...ada!, sub: 'passkey-only', username: 'keys', username_key: 'keys', password_hash: null }
  await gateway.deps.store.insertAccount(passkey_only, { at: gateway.clock.now(), type: 'account_created' })
  return gateway
}

describe('a sign-in', () => {
  it('answers who it is, and sets a cookie that no script and no other site can use', async () => {
    const gateway = await peopled()
    const answer = await attempt(gateway, {})
    expect(answer.status).toBe(200)
    const me = await json(answer)
    expect(me).toEqual({ sub: expect.any(String), username: 'ada', name: 'ada', signed_in_at: gateway.clock.now() })
    const cookie = answer.headers.get('set-cookie')!
    expect(cookie).toMatch(/^nod_session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/)
    const again = await gateway.fetch('/v1/me', { headers: { cookie: cookie.split(';')[0]! } })
    expect(await json(again)).toEqual(me)
    expect(recorded(gateway, 'signed_in')).toMatchObject([{ sub: me.sub, at: gateway.clock.now() }])
  })

  it('over https sets a cookie that only this host can have set', async () => {
    const issuer = 'https://nod.example'
    const gateway = await startTestGateway({ NOD_ISSUER: issuer, NOD_LIMITS: 'on' })
    await addAccount(gateway, 'ada')
    const cookie = (await attempt(gateway, {}, { origin: issuer })).headers.get('set-cookie')!
    expect(cookie).toMatch(/^__Host-nod_session=[\w-]{43}; /)
    for (const flag of ['Secure', 'HttpOnly', 'SameSite=Strict', 'Path=/']) expect(cookie.split('; ')).toContain(flag)
    expect(cookie).not.toContain('Domain')
    const token = cookie.split(';')[0]!.split('=')[1]
    const me = (name: string) => gateway.fetch('/v1/me', { headers: { cookie: `${name}=${token}` } })
    expect((await me('__Host-nod_session')).status).toBe(200)
    expect((await me('nod_session')).status).toBe(401)
  })

  it('keeps the token nowhere: the database has its hash', async () => {
    const gateway = await peopled()
    const token = (await signIn(gateway, 'ada')).split('=')[1]!
    expect(await gateway.deps.store.findWebSession(token, gateway.clock.now())).toBe(null)
  })

  it('lasts thirty days', async () => {
    const gateway = await peopled()
    const headers = { cookie: await signIn(gateway, 'ada') }
    gateway.clock.advance(30 * 86_400 - 1)
    expect((await gateway.fetch('/v1/me', { headers })).status).toBe(200)
    gateway.clock.advance(1)
    expect(await json(await gateway.fetch('/v1/me', { headers }))).toMatchObject({ error: 'sign_in_required' })
  })

  it('takes the place of the one this browser had, and the browser stays the device it was', async () => {
    const gateway = await startTestGateway()
    const one = await person(gateway, 'ada')
    const cookie = (await attempt(gateway, {}, { cookie: one.headers.cookie! })).headers
      .get('set-cookie')!
      .split(';')[0]!
    expect((await gateway.fetch('/v1/me', { headers: one.headers })).status).toBe(401)
    expect(await json(await gateway.fetch('/v1/me', { headers: { cookie } }))).toMatchObject({
      device_id: one.device_id,
    })

    await addAccount(gateway, 'bob')
    const bobs = (await attempt(gateway, { username: 'bob' }, { cookie })).headers.get('set-cookie')!.split(';')[0]!
    expect(await json(await gateway.fetch('/v1/me', { headers: { cookie: bobs } }))).not.toHaveProperty('device_id')
  })

  it('ends with a sign-out, and what it still waits with is told nothing more', async () => {
    const gateway = await startTestGateway()
    const one = await person(gateway, 'ada')
    const held = await heldInbox(gateway, one)
    const out = await gateway.fetch('/v1/sign-out', { method: 'POST', headers: one.headers })
    expect(out.status).toBe(204)
    expect(out.headers.get('set-cookie')).toMatch(/^nod_session=; Max-Age=0;/)
    expect((await held.answer).status).toBe(401)
    expect((await gateway.fetch('/v1/me', { headers: one.headers })).status).toBe(401)
    expect((await gateway.fetch('/v1/sign-out', { method: 'POST', headers: one.headers })).status).toBe(204)
    expect(recorded(gateway, 'signed_out').length).toBe(1)
  })

  it('ends for all browsers when the account is disabled or removed', async () => {
    for (const end of ['disable', 'remove'] as const) {
      const gateway = await startTestGateway()
      const one = await person(gateway, 'ada')
      expect(await createAccounts(gateway.deps)[end]('ADA')).toBe(true)
      expect((await gateway.fetch('/v1/me', { headers: one.headers })).status).toBe(401)
      expect((await attempt(gateway, {})).status).toBe(401)
      expect(recorded(gateway, `account_${end}d`)).toMatchObject([{ sub: one.sub }])
    }
  })

  it('is refused with 400 when it is malformed, and says what is (I11)', async () => {
    const gateway = await startTestGateway()
    for (const body of ['', '{', '[]', '{"username":"ada"}', '{"username":5,"password":"x"}', 'null']) {
      const answer = await gateway.fetch('/v1/sign-in', { method: 'POST', headers: pageHeaders(gateway), body })
      expect([answer.status, (await json(answer)).error]).toEqual([400, 'invalid_request'])
    }
  })
})

describe('a failed sign-in', () => {
  it('is the same answer for unknown, wrong, disabled and passkey-only (G60)', async () => {
    const gateway = await peopled()
    const wrong = await shape(await attempt(gateway, { password: 'wrong password' }))
    expect(wrong).toMatchObject({ status: 401, body: { error: 'sign_in_failed' } })
    expect(wrong.headers).not.toHaveProperty('set-cookie')
    for (const username of ['nobody', 'gone', 'keys', 'al\u200bice', '', 'x'.repeat(200)]) {
      expect(await shape(await attempt(gateway, { username }))).toEqual(wrong)
    }
  })

  it('takes as long for a name that nobody has (G60)', async () => {
    const gateway = await peopled()
    const median = async (username: string): Promise<number> => {
      const took = []
      for (let i = 0; i < 9; i += 1) {
        const started = performance.now()
        await attempt(gateway, { username, password: 'wrong password' })
        took.push(performance.now() - started)
      }
      return took.sort((a, b) => a - b)[4]!
    }
    await median('warm')
    const known = await median('ada')
    // A hash takes ten times as long as all the rest: without one the difference would not be missed.
    for (const username of ['nobody', 'gone', 'keys']) {
      const other = await median(username)
      expect(Math.min(known, other) / Math.max(known, other)).toBeGreaterThan(0.4)
    }
  })

  it('is on the record of the account it was for', async () => {
    const gateway = await peopled()
    await attempt(gateway, { password: 'wrong password' })
    await attempt(gateway, { username: 'nobody' })
    await expect.poll(() => recorded(gateway, 'sign_in_failed').length).toBe(1)
    expect(recorded(gateway, 'sign_in_failed')[0]!.detail).not.toContain('wrong')
  })
})

describe('guessing', () => {
  const LIMITED = { NOD_LIMITS: 'on', NOD_TRUSTED_PROXIES: '127.0.0.1, ::1' }
  const from = (ip: string) => ({ 'x-forwarded-for': ip })
  const guess = (gateway: TestGateway, password: string, ip: string, username = 'ada') =>
    attempt(gateway, { username, password }, from(ip))

  it('ends after five wrong passwords, and the right one is answered the same (G62)', async () => {
    const gateway = await peopled(LIMITED)
    for (let i = 0; i < 5; i += 1) expect((await guess(gateway, `wrong ${i}`, '203.0.113.7')).status).toBe(401)
    const wrong = await guess(gateway, 'wrong again', '203.0.113.7')
    expect(wrong.status).toBe(429)
    expect(Number(wrong.headers.get('retry-after'))).toBeGreaterThan(200)
    const right = await guess(gateway, PASSWORD, '203.0.113.7')
    expect(right.status).toBe(429)
    expect(right.headers.get('set-cookie')).toBe(null)
    const { request_id: _a, ...told } = await json(wrong)
    const { request_id: _b, ...told_right } = await json(right)
    expect(told_right).toEqual(told)
  })

  it('is counted for a name that nobody has just the same', async () => {
    const gateway = await peopled(LIMITED)
    for (let i = 0; i < 5; i += 1) await guess(gateway, `wrong ${i}`, '203.0.113.7', 'nobody')
    expect((await guess(gateway, 'wrong', '203.0.113.7', 'NOBODY')).status).toBe(429)
  })

  it('locks out neither the person elsewhere nor others on that network', async () => {
    const gateway = await peopled(LIMITED)
    await addAccount(gateway, 'bob')
    for (let i = 0; i < 6; i += 1) await guess(gateway, `wrong ${i}`, '203.0.113.7')
    expect((await guess(gateway, PASSWORD, '203.0.113.8')).status).toBe(200)
    expect((await guess(gateway, PASSWORD, '203.0.113.7', 'bob')).status).toBe(200)
  })

  it('is counted by the /64, and by what no client can make up (G55)', async () => {
    const gateway = await peopled(LIMITED)
    for (let i = 0; i < 5; i += 1) await guess(gateway, `wrong ${i}`, `198.51.100.${i}, 2001:db8:0:7::${i}`)
    expect((await guess(gateway, PASSWORD, '2001:db8:0:7:ffff::1')).status).toBe(429)
    expect((await guess(gateway, PASSWORD, '2001:db8:0:8::1')).status).toBe(200)
  })

  it('is forgiven by the right password', async () => {
    const gateway = await peopled(LIMITED)
    for (let round = 0; round < 2; round += 1) {
      for (let i = 0; i < 4; i += 1) expect((await guess(gateway, `wrong ${i}`, '203.0.113.7')).status).toBe(401)
      expect((await guess(gateway, PASSWORD, '203.0.113.7')).status).toBe(200)
    }
  })

  it('gains nothing by sending all guesses at once', async () => {
    const gateway = await peopled(LIMITED)
    const passwords = [...Array.from({ length: 29 }, (_, i) => `wrong ${i}`), PASSWORD]
    const guesses = await Promise.all(passwords.map((password) => guess(gateway, password, '203.0.113.7')))
    const answers = guesses.map(({ status }) => status)
    expect(answers.at(-1)).toBe(429)
    expect(answers.filter((status) => status === 401).length).toBe(5)
  })
})

it('a browser that signs out and in again with its key is the same device, not one more', async () => {
  const gateway = await startTestGateway()
  const { sub } = await addAccount(gateway, 'ada')
  const key = await memoryKey()
  const ids = new Set<string>()
  for (let i = 0; i < 3; i += 1) {
    const headers = pageHeaders(gateway, await signIn(gateway, 'ada'))
    ids.add(await enrol(gateway, sub, headers, key))
    await gateway.fetch('/v1/sign-out', { method: 'POST', headers })
  }
  expect(ids.size).toBe(1)
  expect((await gateway.deps.store.listDevices(sub)).length).toBe(1)
})
