/** Pushed authorization requests (RFC 9126): left by the client itself, brought by the browser as a reference. */
import { describe, expect, it } from 'vitest'
import { hash } from '../../gateway/secrets.ts'
import type { ClientRow } from '../../gateway/store/rows.ts'
import type { SessionCreated } from '../../shared/protocol/session-messages.ts'
import { outcome, redeem, redemption } from './codes.ts'
import { approve, challengeOf, person, site, type WaitingPage } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const SESSION = { accept: 'application/nod-session+json' }
const PAGE = { accept: 'text/html' }
const SECRET = 'a-secret'

const request = async (client: ClientRow, change: Record<string, string | undefined> = {}) => {
  const params = {
    client_id: client.client_id,
    response_type: 'code',
    redirect_uri: client.redirect_uris[0],
    scope: 'openid profile',
    state: 'a-state',
    nonce: 'a-nonce',
    code_challenge: await challengeOf(),
    code_challenge_method: 'S256',
    ...change,
  }
  return new URLSearchParams(Object.entries(params).filter((p): p is [string, string] => p[1] !== undefined))
}

const push = async (gateway: TestGateway, client: ClientRow, change = {}, headers = {}) =>
  gateway.fetch('/pushed_authorization_request', { method: 'POST', headers, body: await request(client, change) })

async function pushed(gateway: TestGateway, client: ClientRow, change = {}): Promise<string> {
  const answer = await push(gateway, client, change)
  expect(answer.status).toBe(201)
  return ((await answer.json()) as { request_uri: string }).request_uri
}

const bring = (
  gateway: TestGateway,
  client_id: string,
  request_uri: string,
  headers: HeadersInit = SESSION,
  more = {},
) => gateway.fetch(`/authorize?${new URLSearchParams({ client_id, request_uri, ...more })}`, { headers })

const pageData = async (answer: Response) =>
  JSON.parse(/id="nod-data">([^<]*)</.exec(await answer.text())![1]!) as Record<string, never>

describe('a request that was pushed', () => {
  it('is answered with a reference for a minute (RFC 9126 §2.2)', async () => {
    const gateway = await startTestGateway()
    const answer = await push(gateway, await site(gateway))
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([201, 'no-store'])
    expect(await answer.json()).toEqual({
      request_uri: expect.stringMatching(/^urn:ietf:params:oauth:request_uri:[\w-]{43}$/),
      expires_in: 60,
    })
  })

  it('signs a person in just as if the browser had brought it', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    const made = await bring(gateway, client.client_id, await pushed(gateway, client))
    expect(made.status).toBe(201)
    const session = (await made.json()) as SessionCreated
    const headers = { authorization: `Bearer ${session.poll_secret}` }
    const view = async () => (await gateway.fetch(`/v1/sessions/${session.session_id}`, { headers })).json()
    const ada = await person(gateway)
    const ticket = async () => ''
    const page = { session, view, ticket } as unknown as WaitingPage
    await approve({ ...ada, claim: () => ada.claim({ user_code: session.user_code }) }, page)
    const back = new URL((await view()).redirect_to)
    expect(back.searchParams.get('state')).toBe('a-state')
    expect(await outcome(redeem(gateway, redemption(client, back.searchParams.get('code')!)))).toBe('200')
  })

  it('cannot be changed by what the browser says beside it (RFC 9126 §4)', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway, { redirect_uris: ['https://shop.example/cb', 'https://shop.example/2'] })
    const more = { redirect_uri: 'https://shop.example/2', scope: 'openid', state: 'evil', prompt: 'none' }
    const made = await bring(gateway, client.client_id, await pushed(gateway, client), SESSION, more)
    const { session_id } = (await made.json()) as SessionCreated
    const { authorization } = (await gateway.deps.store.findSession(session_id))!
    expect(authorization).toMatchObject({
      redirect_uri: 'https://shop.example/cb',
      scope: 'openid profile',
      state: 'a-state',
    })
  })

  it('is good once, for its own client, and for a minute', async () => {
    const gateway = await startTestGateway()
    const [client, other] = [await site(gateway), await site(gateway)]
    const reference = await pushed(gateway, client)
    expect(await outcome(bring(gateway, other.client_id, reference))).toBe('400 invalid_request_uri')
    expect(await outcome(bring(gateway, '', reference))).toBe('400 invalid_request_uri')
    expect(await outcome(bring(gateway, client.client_id, `${reference}x`))).toBe('400 invalid_request_uri')
    const outcomes = await Promise.all(
      Array.from({ length: 4 }, () => outcome(bring(gateway, client.client_id, reference))),
    )
    expect(outcomes.sort()).toEqual(['201', ...Array(3).fill('400 invalid_request_uri')])
    const late = await pushed(gateway, client)
    gateway.clock.advance(60)
    expect(await outcome(bring(gateway, client.client_id, late))).toBe('400 invalid_request_uri')
  })

  it('stays hidden from the page that goes on with it, code after code', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    const reference = await pushed(gateway, client, { ui_locales: 'zh-CN' })
    expect(
      (await gateway.fetch(`/authorize?client_id=${client.client_id}&request_uri=${reference}`, { method: 'HEAD' }))
        .status,
    ).toBe(200)
    const page = await bring(gateway, client.client_id, reference, PAGE)
    expect(page.status).toBe(200)
    const { params } = await pageData(page)
    expect(params).toEqual({ client_id: client.client_id, request_uri: expect.any(String), ui_locales: 'zh-CN' })
    const again = () =>
      gateway.fetch('/authorize', { method: 'POST', headers: SESSION, body: new URLSearchParams(params) })
    expect([(await again()).status, (await again()).status]).toEqual([201, 201])
    const reloaded = await bring(gateway, client.client_id, reference, PAGE)
    expect([reloaded.status, (await pageData(reloaded)).error]).toEqual([400, 'invalid_request_uri'])
    gateway.clock.advance(3600)
    expect(await outcome(again())).toBe('400 invalid_request_uri')
  })

  it('keeps no secret and no reference in the open', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway, { secret_hash: hash(SECRET) })
    const reference = await pushed(gateway, client, { client_secret: SECRET })
    const stored = await gateway.deps.store.takePushedRequest(
      hash(reference.split(':').at(-1)!),
      client.client_id,
      gateway.clock.now(),
    )
    expect(stored).toMatchObject({ state: 'a-state', client_id: client.client_id })
    expect(JSON.stringify(stored)).not.toContain(SECRET)
  })

  it('is judged again when it is brought: what has been unregistered meanwhile is refused', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    const reference = await pushed(gateway, client)
    await gateway.deps.store.updateClient({ ...client, redirect_uris: ['https://shop.example/new'] })
    expect(await outcome(bring(gateway, client.client_id, reference))).toBe('400 invalid_redirect_uri')
  })
})

describe('pushing', () => {
  it('takes the client authentication of the token endpoint (RFC 9126 §2)', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway, { secret_hash: hash(SECRET) })
    const basic = { authorization: `Basic ${btoa(`${client.client_id}:${SECRET}`)}` }
    expect(await outcome(push(gateway, client))).toBe('401 invalid_client')
    expect(await outcome(push(gateway, client, { client_secret: 'wrong' }))).toBe('401 invalid_client')
    expect(await outcome(push(gateway, client, {}, basic))).toBe('201')
    expect(await outcome(push(gateway, client, { client_id: undefined }, basic))).toBe('201')
    expect(await outcome(push(gateway, client, { client_id: 'another' }, basic))).toBe('401 invalid_client')
  })

  it('tells the faults of the request at once (RFC 9126 §2.3)', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    const faults: [Record<string, string | undefined>, string][] = [
      [{ redirect_uri: 'https://evil.example/cb' }, 'invalid_redirect_uri'],
      [{ redirect_uri: undefined }, 'invalid_request'],
      [{ code_challenge: undefined }, 'invalid_request'],
      [{ response_type: 'token' }, 'unsupported_response_type'],
      [{ scope: 'profile' }, 'invalid_scope'],
      [{ request: 'e30.e30.' }, 'request_not_supported'],
      [{ request_uri: 'urn:ietf:params:oauth:request_uri:x' }, 'invalid_request'],
    ]
    for (const [change, error] of faults)
      expect([change, await outcome(push(gateway, client, change))]).toEqual([change, `400 ${error}`])
  })

  it('takes no parameter twice', async () => {
    const gateway = await startTestGateway()
    const body = await request(await site(gateway))
    body.append('scope', 'openid')
    const answer = gateway.fetch('/pushed_authorization_request', { method: 'POST', body })
    expect(await outcome(answer)).toBe('400 invalid_request')
  })
})

it('a request object of somebody else’s is refused as before (OpenID Connect Core §6.2)', async () => {
  const gateway = await startTestGateway()
  const client = await site(gateway)
  const query = await request(client, { request_uri: 'https://shop.example/request.jwt' })
  expect(await outcome(gateway.fetch(`/authorize?${query}`, { headers: SESSION }))).toBe(
    '400 request_uri_not_supported',
  )
})
