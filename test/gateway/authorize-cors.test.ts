/** Which pages may start a sign-in by themselves and read what comes of it (G75). */
import { describe, expect, it } from 'vitest'
import type { ClientRow } from '../../gateway/store/rows.ts'
import type { SessionCreated } from '../../shared/protocol/session-messages.ts'
import { approve, challengeOf, person, site, waitingPage } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const HOME = 'https://shop.example'
const FOREIGN = [
  'null',
  'https://evil.example',
  'https://shop.example.evil',
  'https://evil-shop.example',
  'http://shop.example',
  'https://shop.example:8443',
  'https://shop.example:443',
  'https://SHOP.EXAMPLE',
  'https://shop.example/',
  'https://www.shop.example',
  'https://shop.example.',
  'https://shop.example, https://evil.example',
  'https://other.example',
]

async function ask(gateway: TestGateway, client: ClientRow, headers: Record<string, string>, change = {}) {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: client.redirect_uris[0]!,
    scope: 'openid',
    code_challenge: await challengeOf(),
    code_challenge_method: 'S256',
    ...change,
  })
  return gateway.fetch(`/authorize?${query}`, { headers: { accept: 'application/nod-session+json', ...headers } })
}

/** The origin that the approver will be shown. */
async function recorded(gateway: TestGateway, answer: Response): Promise<string | null> {
  const { session_id } = (await answer.json()) as SessionCreated
  return (await gateway.deps.store.findSession(session_id))!.page.origin
}

const readableBy = (answer: Response) => answer.headers.get('access-control-allow-origin')

describe('a page of the site', () => {
  it('may read its session and its errors, without credentials', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    const made = await ask(gateway, client, { origin: HOME })
    expect([made.status, readableBy(made)]).toEqual([201, HOME])
    expect(made.headers.get('access-control-allow-credentials')).toBeNull()
    expect(made.headers.get('vary')).toMatch(/Origin/)
    expect(await recorded(gateway, made)).toBe(HOME)
    for (const change of [{ scope: 'x' }, { redirect_uri: 'https://evil.example' }]) {
      const refused = await ask(gateway, client, { origin: HOME }, change)
      expect([refused.status, readableBy(refused)]).toEqual([400, HOME])
    }
  })

  it('may be one of the gateway', async () => {
    const gateway = await startTestGateway()
    const made = await ask(gateway, await site(gateway), { origin: gateway.issuer })
    expect([made.status, readableBy(made)]).toEqual([201, gateway.issuer])
    expect(await recorded(gateway, made)).toBe(gateway.issuer)
  })

  it('may be named by an extension, whose own request says nothing of it', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    for (const headers of [
      {},
      { origin: 'chrome-extension://abcdefghijklmnop' },
      { origin: 'moz-extension://a-b-c' },
    ]) {
      const made = await ask(gateway, client, { ...headers, 'nod-origin': HOME })
      expect([made.status, readableBy(made)]).toEqual([201, null])
      expect(await recorded(gateway, made)).toBe(HOME)
    }
    const unsaid = await ask(gateway, client, {})
    expect([unsaid.status, await recorded(gateway, unsaid)]).toEqual([201, null])
    expect((await ask(gateway, client, { 'nod-origin': 'https://evil.example' })).status).toBe(403)
    expect((await ask(gateway, client, { origin: 'https://evil.example', 'nod-origin': HOME })).status).toBe(403)
  })

  it('may read its session’s views', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const headers = { authorization: `Bearer ${page.session.poll_secret}`, origin: HOME }
    const path = `/v1/sessions/${page.session.session_id}`
    expect(readableBy(await gateway.fetch(path, { headers }))).toBe(HOME)
    const foreign = await gateway.fetch(path, { headers: { ...headers, origin: 'https://evil.example' } })
    expect([foreign.status, readableBy(foreign)]).toEqual([403, null])
  })
})

describe('any other page', () => {
  it('makes no session and reads nothing (G75)', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    await site(gateway, { origins: ['https://other.example'] })
    for (const origin of FOREIGN) {
      const refused = await ask(gateway, client, { origin })
      expect([origin, refused.status, readableBy(refused)]).toEqual([origin, 403, null])
      expect(await refused.json()).toMatchObject({ error: 'origin_not_registered' })
    }
  })
})

describe('a preflight', () => {
  it('is granted to registered origins only (G75)', async () => {
    const gateway = await startTestGateway()
    await site(gateway)
    const preflight = (path: string, origin: string) =>
      gateway.fetch(path, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'GET' } })
    for (const path of [
      '/authorize',
      '/v1/sessions/AAAAAAAAAAAAAAAAAAAAAA',
      '/v1/sessions/AAAAAAAAAAAAAAAAAAAAAA/cancel',
    ]) {
      const granted = await preflight(path, HOME)
      expect([path, granted.status, readableBy(granted)]).toEqual([path, 204, HOME])
      expect(granted.headers.get('access-control-allow-methods')).toBe('GET, POST')
      expect(granted.headers.get('access-control-allow-headers')).toBe('authorization, content-type, nod-origin')
      expect(granted.headers.get('access-control-allow-credentials')).toBeNull()
      for (const origin of FOREIGN) expect([origin, readableBy(await preflight(path, origin))]).toEqual([origin, null])
    }
  })
})

it('no address ever holds a secret but the code in the final redirect (G76)', async () => {
  const gateway = await startTestGateway()
  const client = await site(gateway)
  const page = await waitingPage(gateway, client)
  const { poll_secret, ticket_key } = page.session
  await approve(await person(gateway), page)
  const view = await page.view()
  const { code, ...answer } = Object.fromEntries(new URL(view.redirect_to!).searchParams)
  expect(answer).toEqual({ state: 'a-state', iss: gateway.issuer })
  expect(code).toMatch(/^[\w-]{43}$/)
  const addresses = [page.session.verification_uri, view.redirect_to]
  for (const secret of [poll_secret, ticket_key, page.session.user_code])
    expect(addresses.filter((address) => address!.includes(secret))).toEqual([])
})
