/** What holds for every route there is: headers, caches, other origins, strangers. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createAccounts } from '../../gateway/accounts.ts'
import { all, openDatabase } from '../../gateway/store/database.ts'
import type { Claim } from '../../shared/protocol/messages.ts'
import {
  ask,
  cookieOf,
  everyRoute,
  FOR_EVERYBODY,
  FOR_STRANGERS,
  isWrite,
  MAY_BE_KEPT,
  nameOf,
  type Route,
  WITHOUT_COOKIE,
} from './every-route.ts'
import { approve, person, site, waitingPage } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const HOME = 'https://shop.example'
const FOREIGN = ['null', `${HOME}.evil`]

/** What a page of somebody else may send. */
const forgedFor = (issuer: string): Record<string, string>[] => [
  { origin: issuer, 'sec-fetch-site': 'same-site' },
  { origin: issuer },
  { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
  { origin: 'null', 'sec-fetch-site': 'same-origin' },
  { origin: HOME, 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'same-origin' },
  {},
]

/** All that is stored, row by row. */
function stored(gateway: TestGateway): string {
  const db = openDatabase(join(gateway.data, 'nod.db'), 'read')
  try {
    const tables = all(db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name") as { name: string }[]
    return JSON.stringify(tables.map(({ name }) => [name, all(db, `SELECT * FROM "${name}"`)]))
  } finally {
    db.close()
  }
}

/** Somebody with a device, an open claim, and a browser that is signed in; and the ids of all that. */
async function peopled(gateway: TestGateway) {
  const client = await site(gateway)
  const one = await person(gateway)
  const earlier = await waitingPage(gateway, client)
  await approve(one, earlier)
  const page = await waitingPage(gateway, client)
  const claim = (await (await one.claim({ ticket: await page.ticket() })).json()) as Claim
  const ids = {
    'DELETE /v1/devices/:id': one.device_id,
    'DELETE /v1/claims/:id': claim.claim_id,
    'POST /v1/claims/:id/decision': claim.claim_id,
    'POST /v1/activity/:session_id/revoke': earlier.session.session_id,
    'POST /v1/sessions/:id/cancel': page.session.session_id,
    'GET /v1/sessions/:id': page.session.session_id,
  }
  return { one, ids, page }
}

describe('every route', () => {
  it('is known to these tests', async () => {
    const gateway = await startTestGateway()
    const routes = everyRoute(gateway).map(nameOf)
    expect(routes.length).toBeGreaterThan(45)
    for (const named of [...FOR_STRANGERS, ...WITHOUT_COOKIE]) expect(routes).toContain(named)
  })

  it('answers with the security headers, whoever asks (G72)', async () => {
    const gateway = await startTestGateway()
    const { one, ids } = await peopled(gateway)
    for (const route of [
      ...everyRoute(gateway),
      { method: 'GET', path: '/nowhere' },
      { method: 'PUT', path: '/token' },
    ]) {
      for (const headers of [{ accept: 'text/html' }, { ...one.headers, origin: 'https://evil.example' }]) {
        const { headers: told } = await ask(gateway, route, { headers, ids })
        const policy = told.get('content-security-policy') ?? ''
        for (const directive of ['default-src', 'frame-ancestors', 'object-src', 'base-uri'])
          expect([nameOf(route), policy]).toEqual([nameOf(route), expect.stringContaining(`${directive} 'none'`)])
        expect([nameOf(route), policy]).toEqual([nameOf(route), expect.not.stringMatching(/unsafe|\*/)])
        expect([nameOf(route), Object.fromEntries(told)]).toEqual([
          nameOf(route),
          expect.objectContaining({
            'x-content-type-options': 'nosniff',
            'x-frame-options': 'DENY',
            'referrer-policy': 'no-referrer',
            'strict-transport-security': expect.stringMatching(/max-age=\d{8}/),
            'cross-origin-opener-policy': 'same-origin',
          }),
        ])
      }
    }
  })

  it('that is a page runs only its own scripts, as Trusted Types (G72)', async () => {
    const gateway = await startTestGateway()
    let pages = 0
    for (const route of everyRoute(gateway)) {
      const { headers } = await ask(gateway, route, { headers: { accept: 'text/html' } })
      if (!headers.get('content-type')?.startsWith('text/html')) continue
      pages += 1
      const policy = headers.get('content-security-policy')!
      expect([nameOf(route), policy]).toEqual([nameOf(route), expect.stringContaining("script-src 'self'")])
      expect(policy).toMatch(/require-trusted-types-for 'script'; trusted-types 'none'/)
    }
    expect(pages).toBeGreaterThanOrEqual(8)
  })

  it('is stored by no cache, whatever one says, and lets nobody choose what it varies by (G78)', async () => {
    const gateway = await startTestGateway()
    const { one, ids } = await peopled(gateway)
    const said = { vary: 'X-Evil', 'x-forwarded-host': 'evil.example', pragma: 'public', 'cache-control': 'public' }
    for (const route of everyRoute(gateway)) {
      if (MAY_BE_KEPT.has(nameOf(route))) continue
      const { headers } = await ask(gateway, route, { headers: { ...one.headers, ...said }, ids })
      expect([nameOf(route), headers.get('cache-control')]).toEqual([nameOf(route), 'no-store'])
      expect([nameOf(route), JSON.stringify([...headers])]).toEqual([nameOf(route), expect.not.stringMatching(/evil/i)])
    }
  })

  it('is read by no other origin, and by none with credentials (G75)', async () => {
    const gateway = await startTestGateway()
    const { one, ids } = await peopled(gateway)
    const look = async (route: Route, origin: string) => {
      const name = nameOf(route)
      const headers = { ...cookieOf(one), origin, 'access-control-request-method': 'POST' }
      const preflight = { path: route.path, method: 'OPTIONS' }
      for (const answer of [await ask(gateway, route, { headers, ids }), await ask(gateway, preflight, { headers })]) {
        expect([name, origin, answer.headers.get('access-control-allow-credentials')]).toEqual([name, origin, null])
        const readable = answer.headers.get('access-control-allow-origin')
        if (readable === '*') expect([name, FOR_EVERYBODY.has(name)]).toEqual([name, true])
        else if (FOREIGN.includes(origin)) expect([name, origin, readable]).toEqual([name, origin, null])
        else expect([null, origin]).toContain(readable)
      }
    }
    for (const origin of [...FOREIGN, HOME]) await Promise.all(everyRoute(gateway).map((route) => look(route, origin)))
  })

  it('that writes by a cookie hears nobody but a page of the gateway, and changes nothing else (G73)', async () => {
    const gateway = await startTestGateway()
    const { one, ids } = await peopled(gateway)
    const before = stored(gateway)
    const writes = everyRoute(gateway).filter((route) => isWrite(route) && !WITHOUT_COOKIE.has(nameOf(route)))
    const forge = async (route: Route, forged: Record<string, string>) => {
      // Without a preflight a page of somebody else can send this type, and a careless reader would take it for JSON.
      const headers = { ...cookieOf(one), ...forged, 'content-type': 'text/plain' }
      const answer = await ask(gateway, route, { headers, ids })
      const { error } = (await answer.json()) as { error: string }
      expect([nameOf(route), forged, answer.status, error]).toEqual([nameOf(route), forged, 403, 'forbidden_origin'])
      expect(answer.headers.get('set-cookie')).toBe(null)
    }
    for (const forged of forgedFor(gateway.issuer)) await Promise.all(writes.map((route) => forge(route, forged)))
    expect(stored(gateway)).toBe(before)
  })

  it('that takes no cookie is given nothing by one (G26, G73)', async () => {
    const gateway = await startTestGateway()
    const { one, ids } = await peopled(gateway)
    const shape = async (answer: Response) => [answer.status, (await answer.text()).replace(/[\da-f-]{36}/g, '')]
    for (const route of everyRoute(gateway).filter((each) => WITHOUT_COOKIE.has(nameOf(each)))) {
      const without = await shape(await ask(gateway, route, { ids }))
      expect([nameOf(route), await shape(await ask(gateway, route, { headers: cookieOf(one), ids }))]).toEqual([
        nameOf(route),
        without,
      ])
    }
  })

  it('tells a stranger nothing, nor somebody whose account is disabled (I14)', async () => {
    const gateway = await startTestGateway()
    const { one, ids } = await peopled(gateway)
    await createAccounts(gateway.deps).disable(one.username)
    const before = stored(gateway)
    const { cookie: _, ...stranger } = one.headers
    for (const route of everyRoute(gateway)) {
      if (FOR_STRANGERS.has(nameOf(route))) continue
      for (const headers of [stranger, one.headers, { authorization: `Bearer ${'A'.repeat(43)}` }]) {
        const answer = await ask(gateway, route, { headers, ids })
        expect([nameOf(route), answer.status]).toEqual([
          nameOf(route),
          expect.toSatisfy((status) => status >= 400 && status < 500),
        ])
        expect(await answer.text()).not.toContain(one.username)
      }
    }
    expect(stored(gateway)).toBe(before)
  })

  it('answers in the one shape when it refuses, and never with a stack (I11)', async () => {
    const gateway = await startTestGateway()
    for (const route of [
      ...everyRoute(gateway),
      { method: 'GET', path: '/nowhere' },
      { method: 'PATCH', path: '/v1/me' },
    ]) {
      const answer = await ask(gateway, route)
      const body = await answer.text()
      if (answer.status < 400 || answer.headers.get('content-type')?.startsWith('text/html')) continue
      expect([nameOf(route), JSON.parse(body)]).toEqual([
        nameOf(route),
        expect.objectContaining({
          error: expect.stringMatching(/^[a-z_]+$/),
          error_description: expect.any(String),
          request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        }),
      ])
      expect(body).not.toMatch(/\bat .*:\d+|node_modules|SELECT|SQLITE/)
    }
  })
})
