/** The device grant: RFC 8628 as written, and polls that are held. */
import { describe, expect, it } from 'vitest'
import { DEVICE_CODE } from '../../gateway/grants/device-code.ts'
import { createPollPace } from '../../gateway/poll-pace.ts'
import type { ClientRow } from '../../gateway/store/rows.ts'
import type { Claim } from '../../shared/protocol/messages.ts'
import { type Person, person, site } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

type Json = Record<string, unknown>

const form = (
  gateway: TestGateway,
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
) => gateway.fetch(path, { method: 'POST', body: new URLSearchParams(fields), headers, ...(signal && { signal }) })

/** A television that has asked for its codes. */
async function television(gateway: TestGateway, change: Partial<ClientRow> = {}) {
  const client = await site(gateway, {
    name: 'TV',
    redirect_uris: [],
    origins: [],
    device_grant: true,
    confirm: 'tap',
    ...change,
  })
  const answer = await form(gateway, '/device_authorization', { client_id: client.client_id, scope: 'openid profile' })
  expect(answer.status).toBe(200)
  const codes = (await answer.json()) as {
    device_code: string
    user_code: string
    session_id: string
    poll_secret: string
  } & Json
  const poll = (headers: Record<string, string> = {}, signal?: AbortSignal) =>
    form(
      gateway,
      '/token',
      { grant_type: DEVICE_CODE, device_code: codes.device_code, client_id: client.client_id },
      headers,
      signal,
    )
  const ask = async (headers: Record<string, string> = { prefer: 'wait=0' }): Promise<Json> =>
    (await poll(headers)).json()
  return { client, codes, poll, ask }
}

async function answer(one: Person, user_code: string, decision: 'approve' | 'deny'): Promise<void> {
  const claim = (await (await one.claim({ user_code })).json()) as Claim
  expect((await one.send(claim.claim_id, await one.sign(claim, decision))).status).toBe(200)
}

describe('the device grant', () => {
  it('gives codes as RFC 8628 §3.2 has them, the typed one behind the #', async () => {
    const gateway = await startTestGateway()
    const { codes } = await television(gateway)
    expect(codes).toMatchObject({
      device_code: expect.stringMatching(/^[\w-]{43}$/),
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: `${gateway.issuer}/code`,
      verification_uri_complete: `${gateway.issuer}/code#${codes.user_code}`,
      expires_in: 600,
      interval: 1,
    })
  })

  it('is off unless the client was registered for it (G51)', async () => {
    const gateway = await startTestGateway()
    const { client_id } = await site(gateway)
    expect(await (await form(gateway, '/device_authorization', { client_id })).json()).toMatchObject({
      error: 'unauthorized_client',
    })
    expect(
      await (await form(gateway, '/token', { client_id, grant_type: DEVICE_CODE, device_code: 'x' })).json(),
    ).toMatchObject({ error: 'unauthorized_client' })
  })

  it('answers a held poll the moment the person has approved', async () => {
    const gateway = await startTestGateway()
    const { codes, poll } = await television(gateway)
    const held = poll()
    await expect.poll(() => gateway.deps.hub.listeners(`session:${codes.session_id}`)).toBe(1)
    await answer(await person(gateway), codes.user_code, 'approve')
    expect(await (await held).json()).toMatchObject({
      access_token: expect.any(String),
      id_token: expect.any(String),
      token_type: 'Bearer',
    })
  })

  it('holds a poll while somebody is looking at the request', async () => {
    const gateway = await startTestGateway()
    const { codes, poll } = await television(gateway)
    const one = await person(gateway)
    const held = poll()
    await expect.poll(() => gateway.deps.hub.listeners(`session:${codes.session_id}`)).toBe(1)
    const claim = (await (await one.claim({ user_code: codes.user_code })).json()) as Claim
    await one.send(claim.claim_id, await one.sign(claim, 'deny'))
    expect(await (await held).json()).toMatchObject({ error: 'access_denied' })
  })

  it('says authorization_pending when the hold is over, and less long where the client prefers so', async () => {
    const gateway = await startTestGateway({ NOD_HOLD_SECONDS: '1' })
    const { poll } = await television(gateway)
    const pending = await poll()
    expect([pending.status, await pending.json()]).toEqual([
      400,
      expect.objectContaining({ error: 'authorization_pending' }),
    ])
    expect(pending.headers.get('www-authenticate')).toBeNull()
    expect(pending.headers.get('cache-control')).toBe('no-store')
  })

  it('holds one poll a code: an older one answers at once', async () => {
    const gateway = await startTestGateway()
    const { poll, codes } = await television(gateway)
    const older = poll()
    await expect.poll(() => gateway.deps.hub.listeners(`session:${codes.session_id}`)).toBe(1)
    const newer = poll()
    expect(await (await older).json()).toMatchObject({ error: 'authorization_pending' })
    await answer(await person(gateway), codes.user_code, 'deny')
    expect(await (await newer).json()).toMatchObject({ error: 'access_denied' })
  })

  it('asks to slow down once by five seconds, from the end of the last answer (G52)', async () => {
    const gateway = await startTestGateway()
    const { ask } = await television(gateway)
    const after = async (seconds: number) => {
      gateway.clock.advance(seconds)
      return (await ask()).error
    }
    expect(await after(0)).toBe('authorization_pending')
    expect(await after(0)).toBe('slow_down')
    expect(await after(1)).toBe('slow_down')
    expect(await after(5)).toBe('authorization_pending')
    expect(await after(6)).toBe('authorization_pending')
    expect(await after(5)).toBe('slow_down')
    expect(await after(1)).toBe('authorization_pending')
  })

  it('tells an answer at once, however fast it is asked for (G52)', async () => {
    const gateway = await startTestGateway()
    const { ask, codes } = await television(gateway)
    await ask()
    await answer(await person(gateway), codes.user_code, 'approve')
    expect(await ask()).toMatchObject({ access_token: expect.any(String) })
  })

  it('does not count a request that failed client authentication as a poll', async () => {
    const gateway = await startTestGateway()
    const { ask, codes } = await television(gateway)
    await form(gateway, '/token', { grant_type: DEVICE_CODE, device_code: codes.device_code, client_id: 'nobody' })
    expect(await ask()).toMatchObject({ error: 'authorization_pending' })
  })

  it('ends with the RFC’s own answers (G59)', async () => {
    const gateway = await startTestGateway()
    const one = await person(gateway)
    const denied = await television(gateway)
    await answer(one, denied.codes.user_code, 'deny')
    for (let i = 0; i < 2; i++) expect(await denied.ask()).toMatchObject({ error: 'access_denied' })

    const expired = await television(gateway)
    gateway.clock.advance(600)
    expect(await expired.ask()).toMatchObject({ error: 'expired_token' })
  })

  it('gives an answer that was cut off once more within 30 s, and revokes what the first one brought', async () => {
    const gateway = await startTestGateway()
    const { ask, codes } = await television(gateway)
    await answer(await person(gateway), codes.user_code, 'approve')
    const userinfo = async ({ access_token }: Json) =>
      (await gateway.fetch('/userinfo', { headers: { authorization: `Bearer ${access_token}` } })).status
    const first = await ask()
    gateway.clock.advance(30)
    const second = await ask()
    expect(await userinfo(first)).toBe(401)
    expect(await userinfo(second)).toBe(200)
    gateway.clock.advance(1)
    expect(await ask()).toMatchObject({ error: 'invalid_grant' })
    expect(await userinfo(second)).toBe(200)
  })

  it('refuses another client’s device code, and an unknown one (G57)', async () => {
    const gateway = await startTestGateway()
    const { codes } = await television(gateway)
    const thief = await television(gateway)
    for (const device_code of [codes.device_code, 'unknown']) {
      const stolen = await form(gateway, '/token', {
        grant_type: DEVICE_CODE,
        device_code,
        client_id: thief.client.client_id,
      })
      expect(await stolen.json()).toMatchObject({ error: 'invalid_grant' })
    }
  })

  it('is pushed to the device too, by the session’s own socket and long-poll', async () => {
    const gateway = await startTestGateway()
    const { codes } = await television(gateway)
    const wait = gateway.fetch(`/v1/sessions/${codes.session_id}?after=1&wait=20`, {
      headers: { authorization: `Bearer ${codes.poll_secret}` },
    })
    await answer(await person(gateway), codes.user_code, 'deny')
    const view = (await (await wait).json()) as Json
    expect(view).not.toHaveProperty('redirect_to')
  })
})

describe('the pace of polls', () => {
  it('cannot spiral: a client that always comes a little early is still answered every interval plus five', () => {
    let now = 0
    const pace = createPollPace(() => now)
    pace.answered('a')
    let answered = 0
    for (now = 100; now < 120_000; now += 900) {
      if (!pace.inTime('a', 1)) continue
      answered++
      pace.answered('a')
    }
    expect(answered).toBeGreaterThan(15)
  })
})
