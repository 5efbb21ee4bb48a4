/** The counted limits, each with its number, and that nobody uses up what is somebody else's (SECURITY 12). */
import { describe, expect, it } from 'vitest'
import { createLimits, MOST_KEYS } from '../../gateway/limits.ts'
import { hash } from '../../gateway/secrets.ts'
import type { ClientRow } from '../../gateway/store/rows.ts'
import type { Claim } from '../../shared/protocol/messages.ts'
import { challengeOf, type Person, person, site, waitingPage } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const start = () => startTestGateway({ NOD_LIMITS: 'on', NOD_TRUSTED_PROXIES: '127.0.0.1, ::1' })

/** As often as said, all at once; the statuses, sorted. */
const times = async (count: number, ask: (i: number) => Promise<Response>): Promise<number[]> =>
  (await Promise.all(Array.from({ length: count }, (_, i) => ask(i)))).map(({ status }) => status).sort()

const statuses = (...runs: [number, number][]): number[] => runs.flatMap(([status, count]) => Array(count).fill(status))

async function begin(gateway: TestGateway, client: ClientRow, from: string): Promise<Response> {
  const query = new URLSearchParams({
    ...{ response_type: 'code', client_id: client.client_id, redirect_uri: client.redirect_uris[0]!, scope: 'openid' },
    ...{ code_challenge: await challengeOf(), code_challenge_method: 'S256' },
  })
  const headers = { accept: 'application/nod-session+json', 'x-forwarded-for': from }
  return gateway.fetch(`/authorize?${query}`, { headers })
}

const claimFrom = (gateway: TestGateway, by: Person, from: string, body: object): Promise<Response> =>
  gateway.fetch('/v1/claims', {
    method: 'POST',
    headers: { ...by.headers, 'x-forwarded-for': from },
    body: JSON.stringify(body),
  })

const UNKNOWN = { ticket: `${'A'.repeat(22)}.${'A'.repeat(22)}` }

describe('sign-ins that are begun', () => {
  it('are 20 a minute for a network, by the address that no client can make up', async () => {
    const gateway = await start()
    const client = await site(gateway)
    expect(await times(21, (i) => begin(gateway, client, `198.51.100.${i}, 203.0.113.7`))).toEqual(
      statuses([201, 20], [429, 1]),
    )
    const refused = await begin(gateway, client, '::ffff:203.0.113.7')
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true])
    expect((await begin(gateway, client, '203.0.113.8')).status).toBe(201)
  })

  it('are counted by the /64', async () => {
    const gateway = await start()
    const client = await site(gateway)
    expect(await times(21, (i) => begin(gateway, client, `2001:db8:0:7:${i}::1`))).toEqual(
      statuses([201, 20], [429, 1]),
    )
    expect((await begin(gateway, client, '2001:db8:0:8::1')).status).toBe(201)
  })

  it('are 300 a minute at a client, and yet nobody keeps the others from signing in there', async () => {
    const gateway = await start()
    const [client, other] = [await site(gateway), await site(gateway)]
    await times(300, (i) => begin(gateway, client, `198.51.100.${i % 15}`))
    const late = []
    for (let i = 0; i < 3; i += 1) late.push((await begin(gateway, client, '203.0.113.7')).status)
    expect(late).toEqual([201, 201, 429])
    expect((await begin(gateway, other, '203.0.113.7')).status).toBe(201)
  })

  it('by a backend that shows who it is are not used up by pages', async () => {
    const gateway = await start()
    const client = await site(gateway, { secret_hash: hash('secret'), device_grant: true })
    await times(300, (i) => begin(gateway, client, `198.51.100.${i % 15}`))
    const post = (path: string, params: Record<string, string>) =>
      gateway.fetch(path, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${client.client_id}:secret`)}`, 'x-forwarded-for': '203.0.113.7' },
        body: new URLSearchParams(params),
      })
    expect(await times(5, () => post('/device_authorization', { scope: 'openid' }))).toEqual(statuses([200, 5]))
    const request = {
      ...{ response_type: 'code', redirect_uri: client.redirect_uris[0]!, scope: 'openid' },
      ...{ code_challenge: await challengeOf(), code_challenge_method: 'S256' },
    }
    for (let i = 0; i < 5; i += 1) {
      const { request_uri } = (await (await post('/pushed_authorization_request', request)).json()) as Record<
        string,
        string
      >
      const query = new URLSearchParams({ client_id: client.client_id, request_uri: request_uri! })
      const headers = { accept: 'application/nod-session+json', 'x-forwarded-for': '203.0.113.9' }
      expect((await gateway.fetch(`/authorize?${query}`, { headers })).status).toBe(201)
    }
    expect(await times(300, () => post('/pushed_authorization_request', request))).toContain(429)
  })
})

describe('claims', () => {
  it('are 10 a minute for an account, and 30 for a network', async () => {
    const gateway = await start()
    const people = [await person(gateway), await person(gateway), await person(gateway), await person(gateway)]
    const claim = (by: Person) => () => claimFrom(gateway, by, '203.0.113.7', UNKNOWN)
    for (const by of people.slice(0, 3)) expect(await times(10, claim(by))).toEqual(statuses([404, 10]))
    expect((await claimFrom(gateway, people[0]!, '203.0.113.8', UNKNOWN)).status).toBe(429)
    expect((await claim(people[3]!)()).status).toBe(429)
    expect((await claimFrom(gateway, people[3]!, '203.0.113.8', UNKNOWN)).status).toBe(404)
  })
})

describe('decisions', () => {
  it('are 10 a minute for an account, and nobody else’s use them up', async () => {
    const gateway = await start()
    const [one, two] = [await person(gateway), await person(gateway)]
    const page = await waitingPage(gateway, await site(gateway))
    const claim = (await (await one.claim({ ticket: await page.ticket() })).json()) as Claim
    expect(await times(11, () => two.send(claim.claim_id, 'a.b.c'))).toEqual(statuses([404, 10], [429, 1]))
    expect((await one.send(claim.claim_id, await one.sign(claim, 'deny'))).status).toBe(200)
    await times(9, () => one.send('x', 'a.b.c'))
    expect((await one.send(claim.claim_id, await one.sign(claim, 'deny'))).status).toBe(429)
  })
})

describe('wrong typed codes', () => {
  const wrong = (i: number) => ({ user_code: `BCDF-GHJ${'KLMNPQRSTVWXZ'[i]}` })

  it('are five in ten minutes for an account; then the right one is refused too (G55)', async () => {
    const gateway = await start()
    const [one, two] = [await person(gateway), await person(gateway)]
    const { session } = await waitingPage(gateway, await site(gateway))
    for (let i = 0; i < 5; i += 1) expect((await claimFrom(gateway, one, `203.0.113.${i}`, wrong(i))).status).toBe(404)
    for (const code of [wrong(5), { user_code: session.user_code }]) {
      const refused = await claimFrom(gateway, one, '203.0.113.99', code)
      expect([refused.status, Number(refused.headers.get('retry-after')) > 500]).toEqual([429, true])
    }
    expect((await claimFrom(gateway, two, '203.0.113.99', { user_code: session.user_code })).status).toBe(201)
  })

  it('are five in ten minutes for a network, whatever addresses it makes up (G55)', async () => {
    const gateway = await start()
    const [one, two] = [await person(gateway), await person(gateway)]
    const { session } = await waitingPage(gateway, await site(gateway))
    for (let i = 0; i < 5; i += 1) {
      const by = i % 2 ? one : two
      expect((await claimFrom(gateway, by, `198.51.100.${i}, 203.0.113.7`, wrong(i))).status).toBe(404)
    }
    expect((await claimFrom(gateway, one, '203.0.113.7', { user_code: session.user_code })).status).toBe(429)
    expect((await claimFrom(gateway, one, '203.0.113.8', { user_code: session.user_code })).status).toBe(201)
  })

  it('use up the right one too, when all are sent at once', async () => {
    const gateway = await start()
    const one = await person(gateway)
    const { session, view } = await waitingPage(gateway, await site(gateway))
    const { store } = gateway.deps
    const find = store.findSessionByUserCode
    const [asked, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    // The right one is let in first, and looked up when the wrong ones have been answered.
    store.findSessionByUserCode = async (...args) => {
      store.findSessionByUserCode = find
      asked.resolve()
      await answered.promise
      return find(...args)
    }
    const right = claimFrom(gateway, one, '203.0.113.7', { user_code: session.user_code })
    await asked.promise
    for (let i = 0; i < 5; i += 1) expect((await claimFrom(gateway, one, '203.0.113.7', wrong(i))).status).toBe(404)
    answered.resolve()
    expect([(await right).status, (await view()).state]).toEqual([429, 'pending'])
  })

  it('are thirty a minute for all who got one wrong, and stop nobody who did not', async () => {
    const gateway = await start()
    const client = await site(gateway)
    const [first, second] = [await waitingPage(gateway, client), await waitingPage(gateway, client)]
    for (let n = 0; n < 6; n += 1) {
      const by = await person(gateway)
      for (let i = 0; i < 5; i += 1) await claimFrom(gateway, by, `198.51.100.${n}`, wrong(i))
    }
    const one = await person(gateway)
    const type = async (code: object) => (await claimFrom(gateway, one, '203.0.113.7', code)).status
    expect(await type({ user_code: first.session.user_code })).toBe(201)
    expect(await type(wrong(0))).toBe(404)
    expect(await type({ user_code: second.session.user_code })).toBe(429)
  })
})

it('the counts are bounded, however many networks somebody has (I12)', async () => {
  const limits = createLimits(true)
  for (let i = 0; i < 20; i += 1) await limits.take('link_by_ip', 'first')
  await expect(limits.take('link_by_ip', 'first')).rejects.toMatchObject({ code: 'too_many_requests' })
  for (let i = 0; i < MOST_KEYS - 1; i += 1) await limits.take('link_by_ip', String(i))
  expect(await limits.count('link_by_ip', 'first')).toBeGreaterThan(0)
  await limits.take('link_by_ip', 'one more')
  expect(await limits.count('link_by_ip', 'first')).toBe(0)
  expect(await limits.count('link_by_ip', '0')).toBe(1)
})
