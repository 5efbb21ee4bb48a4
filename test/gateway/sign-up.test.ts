/** Making an account: who may, what an invitation is worth and how often, and what nobody learns by trying. */
import { describe, expect, it } from 'vitest'
import { createInvites } from '../../gateway/invites.ts'
import { hash } from '../../gateway/secrets.ts'
import { outcome } from './codes.ts'
import { addAccount, PASSWORD, pageHeaders } from './people.ts'
import { recorded } from './record.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const signUp = (gateway: TestGateway, body: object, headers: Record<string, string> = {}) =>
  gateway.fetch('/v1/accounts', {
    method: 'POST',
    headers: { ...pageHeaders(gateway), ...headers },
    body: JSON.stringify({ username: 'ada', password: PASSWORD, ...body }),
  })

const open = (settings: Record<string, string> = {}) => startTestGateway({ NOD_REGISTRATION: 'open', ...settings })
const byInvite = () => startTestGateway({ NOD_REGISTRATION: 'invite' })

const invited = async (gateway: TestGateway): Promise<string> =>
  new URL((await createInvites(gateway.deps).create()).link).hash.slice(1)

const setup = async (gateway: TestGateway): Promise<string | null> => {
  const made = await createInvites(gateway.deps).createSetup()
  return made && new URL(made.link).hash.slice(1)
}

const names = async ({ deps }: TestGateway) => (await deps.store.listAccounts()).map(({ username }) => username)

describe('where registration is open', () => {
  it('makes an account and signs the browser in with it', async () => {
    const gateway = await open()
    const answer = await signUp(gateway, { username: 'Ada', name: ' Ada\u202e Lovelace ' })
    expect(answer.status).toBe(201)
    const me = await answer.json()
    expect(me).toEqual({
      sub: expect.any(String),
      username: 'Ada',
      name: 'Ada Lovelace',
      signed_in_at: gateway.clock.now(),
    })
    const cookie = answer.headers.get('set-cookie')!.split(';')[0]!
    expect(await (await gateway.fetch('/v1/me', { headers: { cookie } })).json()).toEqual(me)
    expect(recorded(gateway, 'account_created')).toMatchObject([{ sub: (me as { sub: string }).sub }])
  })

  it('refuses a name that is taken, or looks like one (G66)', async () => {
    const gateway = await open()
    await addAccount(gateway, 'alice')
    for (const username of ['alice', 'ALICE', 'alıce', 'ａlice', 'al\u0131ce'])
      expect(await outcome(signUp(gateway, { username }))).toBe('409 username_taken')
    for (const username of ['al\u200bice', '\u202ealice', '', 'a b', 'аlice'])
      expect([username, await outcome(signUp(gateway, { username }))]).toEqual([
        username,
        expect.stringMatching(/^(400 invalid_username|409 username_taken)$/),
      ])
    expect(await names(gateway)).toEqual(['alice'])
  })

  it('takes a password of 8 to 1024 bytes (G64)', async () => {
    const gateway = await open()
    for (const password of ['seven77', 'x'.repeat(1025), '\ud800 half a pair'])
      expect(await outcome(signUp(gateway, { password }))).toBe('400 invalid_password')
    expect((await signUp(gateway, { password: 'x'.repeat(1024) })).status).toBe(201)
  })

  it('takes it from its own pages alone (G73)', async () => {
    const gateway = await open()
    for (const from of [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }])
      expect(await outcome(signUp(gateway, {}, from))).toBe('403 forbidden_origin')
    expect(await names(gateway)).toEqual([])
  })

  it('lets nobody make them by the hundred, or try out names', async () => {
    const gateway = await open({ NOD_LIMITS: 'on' })
    await addAccount(gateway, 'ada')
    for (let i = 0; i < 10; i += 1) expect(await outcome(signUp(gateway, {}))).toBe('409 username_taken')
    expect(await outcome(signUp(gateway, { username: 'bob' }))).toBe('429 too_many_requests')
  })

  it('makes one account when two ask for one name at once', async () => {
    const gateway = await open()
    const answers = await Promise.all([signUp(gateway, {}), signUp(gateway, { username: 'ADA' })])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
  })
})

describe('where registration is closed', () => {
  it('refuses everybody alike, whether the name is taken or not, and with an invitation too', async () => {
    const gateway = await startTestGateway()
    await addAccount(gateway, 'ada')
    const invite = await invited(gateway)
    for (const body of [{}, { username: 'bob' }, { invite }, { username: 'bob', invite }, { invite: 'no such' }])
      expect(await outcome(signUp(gateway, body))).toBe('403 registration_closed')
    expect(await names(gateway)).toEqual(['ada'])
  })
})

describe('where an invitation is needed', () => {
  it('takes it once, and keeps its hash alone', async () => {
    const gateway = await byInvite()
    const invite = await invited(gateway)
    const now = gateway.clock.now()
    expect(await gateway.deps.store.findInvite(invite, now)).toBe(null)
    expect(await gateway.deps.store.findInvite(hash(invite), now)).toMatchObject({ expires_at: now + 7 * 86_400 })
    expect((await signUp(gateway, { invite })).status).toBe(201)
    expect(await outcome(signUp(gateway, { username: 'bob', invite }))).toBe('410 invite_over')
    expect(await names(gateway)).toEqual(['ada'])
  })

  it('makes one account of it, however many use it at once', async () => {
    const gateway = await byInvite()
    const invite = await invited(gateway)
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map((username) => signUp(gateway, { username, invite })))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 410, 410, 410])
  })

  it('does not spend it on a name that is taken', async () => {
    const gateway = await byInvite()
    await addAccount(gateway, 'ada')
    const invite = await invited(gateway)
    expect(await outcome(signUp(gateway, { invite }))).toBe('409 username_taken')
    expect((await signUp(gateway, { username: 'bob', invite })).status).toBe(201)
  })

  it('takes it for seven days (I7)', async () => {
    const gateway = await byInvite()
    const [early, late] = [await invited(gateway), await invited(gateway)]
    gateway.clock.advance(7 * 86_400 - 1)
    expect((await signUp(gateway, { invite: early })).status).toBe(201)
    gateway.clock.advance(1)
    expect(await outcome(signUp(gateway, { username: 'bob', invite: late }))).toBe('410 invite_over')
  })

  it('says nothing of names to who has none', async () => {
    const gateway = await byInvite()
    await addAccount(gateway, 'ada')
    for (const username of ['ada', 'bob']) {
      expect(await outcome(signUp(gateway, { username }))).toBe('403 invite_required')
      expect(await outcome(signUp(gateway, { username, invite: 'no such' }))).toBe('410 invite_over')
    }
  })
})

describe('the link of an empty gateway', () => {
  it('makes the first account, though registration is closed, and only that', async () => {
    const gateway = await startTestGateway()
    const invite = await setup(gateway)
    expect((await signUp(gateway, { invite })).status).toBe(201)
    expect(await outcome(signUp(gateway, { username: 'bob', invite }))).toBe('403 registration_closed')
    expect(await setup(gateway)).toBe(null)
  })

  it('is worth nothing once there is an account by other means', async () => {
    const gateway = await startTestGateway()
    const invite = await setup(gateway)
    await addAccount(gateway, 'ada')
    for (const username of ['ada', 'bob'])
      expect(await outcome(signUp(gateway, { username, invite }))).toBe('410 invite_over')
  })

  it('lives half an hour, and ends with the next one', async () => {
    const gateway = await startTestGateway()
    const earlier = await setup(gateway)
    const invite = await setup(gateway)
    expect(await outcome(signUp(gateway, { invite: earlier }))).toBe('403 registration_closed')
    gateway.clock.advance(1800)
    expect(await outcome(signUp(gateway, { invite }))).toBe('403 registration_closed')
    expect(await names(gateway)).toEqual([])
  })
})
