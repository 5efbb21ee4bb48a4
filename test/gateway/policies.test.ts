/** What an operator lays down for one client, met from outside: from which networks, what is shared, for whom. */
import { describe, expect, it } from 'vitest'
import { hash } from '../../gateway/secrets.ts'
import type { ClientRow } from '../../gateway/store/rows.ts'
import type { Claim } from '../../shared/protocol/messages.ts'
import type { SessionCreated } from '../../shared/protocol/session-messages.ts'
import { open, PAGE, pageData, query, SESSION } from './arrivals.ts'
import { issuedCode, outcome, redeem, redemption } from './codes.ts'
import { approve, authorize, decide, type Person, person, site, waitingPage } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const SECRET = 'a-secret'

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
