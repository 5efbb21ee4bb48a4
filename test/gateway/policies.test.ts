/** What an operator lays down for one client, met from outside: who may start, from which networks, what is shared. */
import { describe, expect, it } from 'vitest'
import { hash } from '../../gateway/secrets.ts'
import type { ClientRow } from '../../gateway/store/rows.ts'
import type { Claim, SessionCreated } from '../../shared/protocol/messages.ts'
import { issuedCode, outcome, redeem, redemption } from './codes.ts'
import { linked } from './linking.ts'
import { approve, authorize, challengeOf, decide, type Person, person, site, waitingPage } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const SESSION = { accept: 'application/nod-session+json' }
const PAGE = { accept: 'text/html' }
const SECRET = 'a-secret'

async function query(client: ClientRow, change: Record<string, string> = {}): Promise<URLSearchParams> {
  return new URLSearchParams({
    client_id: client.client_id,
    response_type: 'code',
    redirect_uri: client.redirect_uris[0]!,
    scope: 'openid profile',
    state: 'a-state',
    code_challenge: await challengeOf(),
    code_challenge_method: 'S256',
    ...change,
  })
}

const open = async (gateway: TestGateway, client: ClientRow, headers: Record<string, string>, change = {}) =>
  gateway.fetch(`/authorize?${await query(client, change)}`, { headers })

const pageData = async (answer: Response) =>
  JSON.parse(/id="nod-data">([^<]*)</.exec(await answer.text())![1]!) as {
    error?: string
    params: Record<string, string>
  }

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

describe('a client of certain networks (RFC 10027 §6.1.8)', () => {
  const PROXY = { NOD_TRUSTED_PROXIES: '127.0.0.1,::1' }
  const from = (address: string) => ({ 'x-forwarded-for': address })
  const NETWORKS = { allowed_networks: ['192.0.2.0/24', '2001:db8::/32'] }
  const [INSIDE, OUTSIDE] = ['192.0.2.7', '198.51.100.7']

  const asks = (gateway: TestGateway, client: ClientRow, address: string) =>
    outcome(open(gateway, client, { ...SESSION, ...from(address) }))

  async function page(gateway: TestGateway, client: ClientRow) {
    const answer = await open(gateway, client, { ...SESSION, ...from(INSIDE) })
    const session = (await answer.json()) as SessionCreated
    const headers = { authorization: `Bearer ${session.poll_secret}` }
    const view = async () => (await gateway.fetch(`/v1/sessions/${session.session_id}`, { headers })).json()
    return { session, view }
  }

  const claiming = (gateway: TestGateway, { headers }: Person, user_code: string, address: string) =>
    gateway.fetch('/v1/claims', {
      method: 'POST',
      headers: { ...headers, ...from(address) },
      body: JSON.stringify({ user_code }),
    })

  const answering = (gateway: TestGateway, { headers }: Person, claim: Claim, decision: string, address: string) =>
    gateway.fetch(`/v1/claims/${claim.claim_id}/decision`, {
      method: 'POST',
      headers: { ...headers, ...from(address) },
      body: JSON.stringify({ decision }),
    })

  it('gives a page elsewhere no session, and its person a page that says why', async () => {
    const gateway = await startTestGateway(PROXY)
    const client = await site(gateway, NETWORKS)
    for (const address of [INSIDE, '::ffff:192.0.2.7', '2001:db8::7'])
      expect([address, await asks(gateway, client, address)]).toEqual([address, '201'])
    for (const address of [OUTSIDE, '192.0.3.1', '2001:db9::1', 'made-up'])
      expect([address, await asks(gateway, client, address)]).toEqual([address, '403 network_not_allowed'])
    const shown = await open(gateway, client, { ...PAGE, ...from(OUTSIDE) })
    expect([shown.status, shown.headers.get('location'), (await pageData(shown)).error]).toEqual([
      400,
      null,
      'network_not_allowed',
    ])
    expect((await open(gateway, client, { ...PAGE, ...from(INSIDE) })).status).toBe(200)
  })

  it('believes no address that the client has made up', async () => {
    const gateway = await startTestGateway()
    expect(await asks(gateway, await site(gateway, NETWORKS), INSIDE)).toBe('403 network_not_allowed')
  })

  it('gives a television elsewhere no code', async () => {
    const gateway = await startTestGateway(PROXY)
    const client = await site(gateway, { ...NETWORKS, device_grant: true })
    const begin = (address: string) =>
      gateway.fetch('/device_authorization', {
        method: 'POST',
        headers: from(address),
        body: new URLSearchParams({ client_id: client.client_id }),
      })
    expect(await outcome(begin(OUTSIDE))).toBe('403 network_not_allowed')
    expect(await outcome(begin(INSIDE))).toBe('200')
  })

  it('takes no yes from a device elsewhere, neither the scan nor the decision, and every no', async () => {
    const gateway = await startTestGateway(PROXY)
    const client = await site(gateway, { ...NETWORKS, confirm: 'tap' })
    const ada = await person(gateway)
    const { session, view } = await page(gateway, client)
    expect(await outcome(claiming(gateway, ada, session.user_code, OUTSIDE))).toBe('403 network_not_allowed')
    expect((await view()).state).toBe('pending')
    const claim = (await (await claiming(gateway, ada, session.user_code, INSIDE)).json()) as Claim
    const yes = await ada.sign(claim, 'approve')
    expect(await outcome(answering(gateway, ada, claim, yes, OUTSIDE))).toBe('403 network_not_allowed')
    expect((await view()).state).toBe('claimed')
    expect(await outcome(answering(gateway, ada, claim, yes, INSIDE))).toBe('200')

    const other = await page(gateway, client)
    const second = (await (await claiming(gateway, ada, other.session.user_code, INSIDE)).json()) as Claim
    const no = await ada.sign(second, 'deny')
    expect(await outcome(answering(gateway, ada, second, no, OUTSIDE))).toBe('200')
  })
})

describe('what a client may know (RFC 10027 §6.1.9)', () => {
  async function told(gateway: TestGateway, client: ClientRow, ada: Person, scope: string) {
    const page = await waitingPage(gateway, client, { scope })
    const { claim } = await approve(ada, page)
    const code = new URL((await page.view()).redirect_to!).searchParams.get('code')!
    const tokens = (await (await redeem(gateway, redemption(client, code))).json()) as Record<string, string>
    const id_token = JSON.parse(Buffer.from(tokens.id_token!.split('.')[1]!, 'base64url').toString())
    const bearer = { authorization: `Bearer ${tokens.access_token}` }
    const userinfo = async () => (await (await gateway.fetch('/userinfo', { headers: bearer })).json()) as object
    return { card: claim.request.scope, granted: tokens.scope, id_token, userinfo, tokens }
  }

  it.each([
    [['openid'], 'openid', false],
    [['profile'], 'openid profile', true],
    [[], 'openid profile', true],
  ])('with %j: the card, the grant, the id_token and userinfo say the same', async (scopes, scope, has_name) => {
    const gateway = await startTestGateway()
    const ada = await person(gateway)
    const { card, granted, id_token, userinfo } = await told(
      gateway,
      await site(gateway, { scopes }),
      ada,
      'openid profile email',
    )
    expect([card, granted]).toEqual([scope, scope])
    const profile = { name: ada.username, preferred_username: ada.username }
    expect(await userinfo()).toEqual({ sub: ada.sub, ...(has_name && profile) })
    expect('name' in id_token || 'preferred_username' in id_token).toBe(has_name)
  })

  it('is no more than was asked for', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway)
    const { card, userinfo } = await told(gateway, await site(gateway), ada, 'openid')
    expect([card, await userinfo()]).toEqual(['openid', { sub: ada.sub }])
  })

  it('can become less at once, for tokens that are out already', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway)
    const client = await site(gateway, { offline_access: true })
    const { userinfo, tokens } = await told(gateway, client, ada, 'openid profile offline_access')
    const code = await issuedCode(gateway, client, ada)
    await gateway.deps.store.updateClient({ ...client, scopes: ['openid'] })
    expect(await userinfo()).toEqual({ sub: ada.sub })
    const renewed = await redeem(gateway, [
      ['grant_type', 'refresh_token'],
      ['client_id', client.client_id],
      ['refresh_token', tokens.refresh_token!],
    ])
    expect(await renewed.json()).toMatchObject({ scope: 'openid offline_access' })
    expect(await (await redeem(gateway, redemption(client, code))).json()).toMatchObject({ scope: 'openid' })
  })

  it('holds for the device grant too', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway)
    const client = await site(gateway, { scopes: ['openid'], device_grant: true })
    const body = new URLSearchParams({ client_id: client.client_id, scope: 'openid profile' })
    const begun = await gateway.fetch('/device_authorization', { method: 'POST', body })
    const { user_code } = (await begun.json()) as { user_code: string }
    const claim = (await (await ada.claim({ user_code })).json()) as Claim
    expect(claim.request.scope).toBe('openid')
  })
})

describe('a sign-in that is meant for one account (RFC 10027 §6.1.17)', () => {
  async function hinted(gateway: TestGateway, client: ClientRow, ada: Person): Promise<string> {
    const code = await issuedCode(gateway, client, ada)
    const tokens = (await (await redeem(gateway, redemption(client, code))).json()) as { id_token: string }
    return tokens.id_token
  }

  it('is refused to every other, by ticket and by typed code, and the page still waits', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    const [ada, eve] = [await person(gateway), await person(gateway)]
    const page = await waitingPage(gateway, client, { id_token_hint: await hinted(gateway, client, ada) })
    expect(await outcome(eve.claim({ ticket: await page.ticket() }))).toBe('403 wrong_account')
    expect(await outcome(eve.claim({ user_code: page.session.user_code }))).toBe('403 wrong_account')
    expect((await page.view()).state).toBe('pending')
    expect((await decide(ada, page, 'approve')).answer.status).toBe(200)
  })

  it('stays so behind a hosted page and behind a pushed request', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway, { secret_hash: hash(SECRET) })
    const [ada, eve] = [await person(gateway), await person(gateway)]
    const code = await issuedCode(gateway, client, ada)
    const redeemed = await redeem(gateway, redemption(client, code, { client_secret: SECRET }))
    const { id_token: id_token_hint } = (await redeemed.json()) as { id_token: string }

    const { params } = await pageData(await open(gateway, client, PAGE, { id_token_hint }))
    const hosted = { method: 'POST', headers: SESSION, body: new URLSearchParams(params) }
    const body = await query(client, { id_token_hint, client_secret: SECRET })
    const pushed = await gateway.fetch('/pushed_authorization_request', { method: 'POST', body })
    const { request_uri } = (await pushed.json()) as { request_uri: string }
    const brought = new URLSearchParams({ client_id: client.client_id, request_uri })
    for (const answer of [
      await gateway.fetch('/authorize', hosted),
      await gateway.fetch(`/authorize?${brought}`, { headers: SESSION }),
    ]) {
      const { user_code } = (await answer.json()) as SessionCreated
      expect(await outcome(eve.claim({ user_code }))).toBe('403 wrong_account')
      expect(await outcome(ada.claim({ user_code }))).toBe('201')
    }
  })

  it('cannot be meant for one with a hint that is no id_token of this client', async () => {
    const gateway = await startTestGateway()
    const [client, other] = [await site(gateway), await site(gateway)]
    const id_token_hint = await hinted(gateway, other, await person(gateway))
    expect(await outcome(authorize(gateway, client, { id_token_hint }))).toBe('400 invalid_request')
  })
})
