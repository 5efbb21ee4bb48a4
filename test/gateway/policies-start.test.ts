/** Who may start a session of a client: anybody, its own server, a linked extension (RFC 10027 §6.1.7), met from outside. */
import { describe, expect, it } from 'vitest'
import { hash } from '../../gateway/secrets.ts'
import type { ClientRow } from '../../gateway/store/rows.ts'
import type { Claim } from '../../shared/protocol/messages.ts'
import type { SessionCreated } from '../../shared/protocol/session-messages.ts'
import { open, PAGE, pageData, query, SESSION } from './arrivals.ts'
import { outcome } from './codes.ts'
import { linked } from './linking.ts'
import { approve, type Person, person, site, waitingPage } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const SECRET = 'a-secret'

describe('a client that its own server must start (RFC 10027 §6.1.7)', () => {
  const backend = (gateway: TestGateway, change: Partial<ClientRow> = {}) =>
    site(gateway, { secret_hash: hash(SECRET), initiator: 'backend', ...change })

  const push = async (gateway: TestGateway, client: ClientRow): Promise<string> => {
    const body = await query(client, { client_secret: SECRET })
    const answer = await gateway.fetch('/pushed_authorization_request', { method: 'POST', body })
    expect(answer.status).toBe(201)
    return ((await answer.json()) as { request_uri: string }).request_uri
  }

  it('refuses a request that a browser made up, for a session and for a page (RFC 9126 §6)', async () => {
    const gateway = await startTestGateway()
    const client = await backend(gateway)
    expect(await outcome(open(gateway, client, SESSION))).toBe('400 invalid_request')
    const back = await open(gateway, client, PAGE)
    const { origin, searchParams } = new URL(back.headers.get('location')!)
    expect([back.status, origin]).toEqual([303, 'https://shop.example'])
    expect(Object.fromEntries(searchParams)).toMatchObject({
      error: 'invalid_request',
      error_description: expect.stringContaining('RFC 9126'),
      state: 'a-state',
      iss: gateway.issuer,
    })
  })

  it('takes one that was pushed, for a session and for a page with its sessions', async () => {
    const gateway = await startTestGateway()
    const client = await backend(gateway)
    const bring = async (headers: HeadersInit) => {
      const params = { client_id: client.client_id, request_uri: await push(gateway, client) }
      return gateway.fetch(`/authorize?${new URLSearchParams(params)}`, { headers })
    }
    expect((await bring(SESSION)).status).toBe(201)
    const { params } = await pageData(await bring(PAGE))
    const again = { method: 'POST', headers: SESSION, body: new URLSearchParams(params) }
    expect((await gateway.fetch('/authorize', again)).status).toBe(201)
  })

  it('may start a device grant, which it does itself, with what shows who it is', async () => {
    const gateway = await startTestGateway()
    const client = await backend(gateway, { device_grant: true })
    const begin = (more: Record<string, string>) =>
      gateway.fetch('/device_authorization', {
        method: 'POST',
        body: new URLSearchParams({ client_id: client.client_id, scope: 'openid', ...more }),
      })
    expect(await outcome(begin({}))).toBe('401 invalid_client')
    expect(await outcome(begin({ client_secret: SECRET }))).toBe('200')
  })
})

describe('a client that a linked extension must start (RFC 10027 §6.1.7, §6.1.15)', () => {
  const started = (gateway: TestGateway) => site(gateway, { initiator: 'extension' })

  const vouch = (gateway: TestGateway, { session_id, poll_secret }: SessionCreated, token: string) =>
    gateway.fetch(`/v1/sessions/${session_id}/vouch`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ poll_secret }),
    })

  const claims = async (person: Person, page: { ticket(): Promise<string>; session: SessionCreated }) => [
    await outcome(person.claim({ ticket: await page.ticket() })),
    await outcome(person.claim({ user_code: page.session.user_code })),
  ]

  it('gives no page and no page’s script a session, and says so to the person', async () => {
    const gateway = await startTestGateway()
    const client = await started(gateway)
    const page = await open(gateway, client, PAGE)
    expect([page.status, page.headers.get('location'), (await pageData(page)).error]).toEqual([
      400,
      null,
      'extension_required',
    ])
    for (const origin of ['https://shop.example', gateway.issuer])
      expect(await outcome(open(gateway, client, { ...SESSION, origin }))).toBe('403 extension_required')
    const own = { ...SESSION, origin: 'chrome-extension://abcdefghijklmnop' }
    expect(await outcome(open(gateway, client, own))).toBe('201')
  })

  it('cannot be scanned before an extension has vouched, and then only by the account it is linked to', async () => {
    const gateway = await startTestGateway()
    const client = await started(gateway)
    const [ada, eve] = [await person(gateway), await person(gateway)]
    const page = await waitingPage(gateway, client)
    expect(page.session.vouch).toBe(true)
    expect(await claims(ada, page)).toEqual(['404 session_not_found', '404 session_not_found'])
    const { device_token } = await linked(gateway, ada)
    expect((await vouch(gateway, page.session, device_token)).status).toBe(204)
    // What a stranger started is nothing that anybody else can be talked into.
    expect(await claims(eve, page)).toEqual(['403 wrong_account', '403 wrong_account'])
    expect((await approve(ada, page)).answer.status).toBe(200)
  })

  it('hears nobody but a linked extension that holds the page’s secret, once', async () => {
    const gateway = await startTestGateway()
    const client = await started(gateway)
    const [ada, eve] = [await person(gateway), await person(gateway)]
    const [first, second] = [await waitingPage(gateway, client), await waitingPage(gateway, client)]
    const [mine, hers] = [await linked(gateway, ada), await linked(gateway, eve)]
    expect(await outcome(vouch(gateway, first.session, 'x'.repeat(43)))).toBe('401 unauthorized')
    const foreign = { ...first.session, poll_secret: second.session.poll_secret }
    expect(await outcome(vouch(gateway, foreign, mine.device_token))).toBe('401 unauthorized')
    const hosted = await gateway.fetch(`/v1/sessions/${first.session.session_id}/vouch`, {
      method: 'POST',
      headers: ada.headers,
      body: JSON.stringify({ poll_secret: first.session.poll_secret }),
    })
    expect(await outcome(Promise.resolve(hosted))).toBe('403 extension_required')
    expect((await vouch(gateway, first.session, mine.device_token)).status).toBe(204)
    expect((await vouch(gateway, first.session, mine.device_token)).status).toBe(204)
    expect(await outcome(vouch(gateway, first.session, hers.device_token))).toBe('409 session_conflict')
  })

  it('forgets the vouching of a device that has been removed since', async () => {
    const gateway = await startTestGateway()
    const client = await started(gateway)
    const ada = await person(gateway)
    const { device_id, device_token } = await linked(gateway, ada)
    const [page, taken] = [await waitingPage(gateway, client), await waitingPage(gateway, client)]
    for (const { session } of [page, taken]) await vouch(gateway, session, device_token)
    const claim = (await (await ada.claim({ ticket: await taken.ticket() })).json()) as Claim
    const number = { number: (await taken.view()).match_number! }
    expect((await gateway.fetch(`/v1/devices/${device_id}`, { method: 'DELETE', headers: ada.headers })).status).toBe(
      204,
    )
    expect(await claims(ada, page)).toEqual(['404 session_not_found', '404 session_not_found'])
    const yes = ada.send(claim.claim_id, await ada.sign(claim, 'approve', number))
    expect(await outcome(yes)).toBe('404 session_not_found')
  })

  it('has no device grant', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway, { initiator: 'extension', device_grant: true })
    const body = new URLSearchParams({ client_id: client.client_id, scope: 'openid' })
    expect(await outcome(gateway.fetch('/device_authorization', { method: 'POST', body }))).toBe(
      '400 unauthorized_client',
    )
  })
})
