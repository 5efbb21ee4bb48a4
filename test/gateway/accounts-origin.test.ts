/** Writes with the cookie come from the gateway's own pages or change nothing (G73); a Bearer needs no such proof. */
import { describe, expect, it } from 'vitest'
import { PASSWORD, type Person, person } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

/** What a request from elsewhere can look like; undefined: the header is not sent. */
const FOREIGN: [what: string, headers: (issuer: string) => { origin?: string; 'sec-fetch-site'?: string }][] = [
  ['another site', () => ({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })],
  [
    'another site that lies about its site',
    () => ({ origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }),
  ],
  ['a sandboxed page', () => ({ origin: 'null', 'sec-fetch-site': 'same-origin' })],
  ['nobody in particular', () => ({})],
  ['a browser that says only where to', (issuer) => ({ origin: issuer })],
  ['a browser that says only from where', () => ({ 'sec-fetch-site': 'same-origin' })],
  ['another port of the same host', (issuer) => ({ origin: issuer, 'sec-fetch-site': 'same-site' })],
  ['the address bar', (issuer) => ({ origin: issuer, 'sec-fetch-site': 'none' })],
  ['a look-alike', (issuer) => ({ origin: `${issuer}.evil.example`, 'sec-fetch-site': 'same-origin' })],
  ['the issuer in capitals', (issuer) => ({ origin: issuer.toUpperCase(), 'sec-fetch-site': 'same-origin' })],
]

const WRITES: [method: string, path: (one: Person) => string][] = [
  ['POST', () => '/v1/sign-in'],
  ['POST', () => '/v1/sign-out'],
  ['POST', () => '/v1/devices/challenge'],
  ['POST', () => '/v1/devices'],
  ['DELETE', (one) => `/v1/devices/${one.device_id}`],
  ['POST', () => `/v1/links/${'A'.repeat(22)}/accept`],
  ['POST', () => `/v1/links/${'A'.repeat(22)}/refuse`],
  ['POST', () => '/v1/claims'],
  ['POST', () => `/v1/claims/${'A'.repeat(22)}/decision`],
  ['DELETE', () => `/v1/claims/${'A'.repeat(22)}`],
]

const BODY = JSON.stringify({ username: 'ada', password: PASSWORD })

const me = (gateway: TestGateway, one: Person) => gateway.fetch('/v1/me', { headers: { cookie: one.headers.cookie! } })

describe('a write with the cookie', () => {
  it.each(FOREIGN)('from %s changes nothing, whatever it writes and in whatever type (G73)', async (_what, headers) => {
    const gateway = await startTestGateway()
    const one = await person(gateway, 'ada')
    const cookie = one.headers.cookie!
    for (const [method, path] of WRITES) {
      for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
        const answer = await gateway.fetch(path(one), {
          method,
          headers: { cookie, 'content-type': type, ...headers(gateway.issuer) },
          ...(method === 'POST' && { body: BODY }),
        })
        expect([method, path(one), answer.status, ((await answer.json()) as { error: string }).error]).toEqual([
          method,
          path(one),
          403,
          'forbidden_origin',
        ])
        expect(answer.headers.get('set-cookie')).toBe(null)
      }
    }
    expect(await (await me(gateway, one)).json()).toMatchObject({ device_id: one.device_id })
  })

  it('from a page of the gateway is heard', async () => {
    const gateway = await startTestGateway()
    const one = await person(gateway, 'ada')
    expect((await gateway.fetch('/v1/sign-out', { method: 'POST', headers: one.headers })).status).toBe(204)
    expect((await me(gateway, one)).status).toBe(401)
  })

  it('is looked at for its origin also when the cookie is worth nothing', async () => {
    const gateway = await startTestGateway()
    const cookie = 'nod_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    const send = (headers: Record<string, string>) =>
      gateway.fetch('/v1/devices/challenge', { method: 'POST', headers: { cookie, ...headers } })
    expect((await send({})).status).toBe(403)
    expect((await send({ origin: gateway.issuer, 'sec-fetch-site': 'same-origin' })).status).toBe(401)
  })
})

describe('a sign-in from another site', () => {
  it('signs nobody in: a stranger’s page cannot make a person act as somebody else', async () => {
    const gateway = await startTestGateway()
    await person(gateway, 'ada')
    for (const [, headers] of FOREIGN) {
      const answer = await gateway.fetch('/v1/sign-in', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers(gateway.issuer) },
        body: BODY,
      })
      expect([answer.status, answer.headers.get('set-cookie')]).toEqual([403, null])
    }
  })
})
