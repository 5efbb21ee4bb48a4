/** What an application in a browser may call by itself, and the pages of whose origins may read the answers (G75). */
import { describe, expect, it } from 'vitest'
import { hash } from '../../gateway/secrets.ts'
import { issuedCode, redeem, redemption } from './codes.ts'
import { person, site } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const HOME = 'https://app.example'
const BACKEND = 'https://backend.example'
const FOREIGN = [
  'null',
  'https://evil.example',
  'https://app.example.evil',
  'https://evil-app.example',
  'http://app.example',
  'https://app.example:8443',
  'https://app.example:443',
  'https://APP.EXAMPLE',
  'https://app.example/',
  'https://app.example, https://evil.example',
  BACKEND,
]
const PATHS = ['/token', '/userinfo', '/revoke']

const readableBy = ({ headers }: Response) => headers.get('access-control-allow-origin')

/** One application in a browser, one site with a backend that keeps a secret. */
async function both(): Promise<{ gateway: TestGateway; client: Awaited<ReturnType<typeof site>> }> {
  const gateway = await startTestGateway()
  await site(gateway, { origins: [BACKEND], secret_hash: hash('x') })
  return { gateway, client: await site(gateway, { origins: [HOME] }) }
}

describe('an application in a browser', () => {
  it('exchanges its code, reads who signed in, and gives its token back, all by itself', async () => {
    const { gateway, client } = await both()
    const origin = { origin: HOME }
    const code = await issuedCode(gateway, client, await person(gateway))
    const exchanged = await redeem(gateway, redemption(client, code), origin)
    expect([exchanged.status, readableBy(exchanged)]).toEqual([200, HOME])
    expect(exchanged.headers.get('vary')).toMatch(/Origin/)
    const { access_token } = (await exchanged.json()) as { access_token: string }
    const info = await gateway.fetch('/userinfo', { headers: { ...origin, authorization: `Bearer ${access_token}` } })
    expect([info.status, readableBy(info)]).toEqual([200, HOME])
    const body = new URLSearchParams({ client_id: client.client_id, token: access_token })
    const revoked = await gateway.fetch('/revoke', { method: 'POST', headers: origin, body })
    expect([revoked.status, readableBy(revoked)]).toEqual([200, HOME])
    for (const { headers } of [exchanged, info, revoked])
      expect(headers.get('access-control-allow-credentials')).toBeNull()
  })

  it('may read what went wrong', async () => {
    const { gateway, client } = await both()
    const failed = await redeem(gateway, redemption(client, 'x'), { origin: HOME })
    expect([failed.status, readableBy(failed)]).toEqual([400, HOME])
    const nobody = await gateway.fetch('/userinfo', { headers: { origin: HOME } })
    expect([nobody.status, readableBy(nobody)]).toEqual([401, HOME])
    expect(nobody.headers.get('access-control-expose-headers')).toMatch(/WWW-Authenticate/)
  })

  it('is told so by a preflight', async () => {
    const { gateway } = await both()
    for (const path of PATHS) {
      const headers = { origin: HOME, 'access-control-request-method': 'POST' }
      const granted = await gateway.fetch(path, { method: 'OPTIONS', headers })
      expect([path, granted.status, readableBy(granted)]).toEqual([path, 204, HOME])
      expect(granted.headers.get('access-control-allow-methods')).toMatch(/POST/)
      expect(granted.headers.get('access-control-allow-headers')).toMatch(/authorization.*content-type/)
    }
  })
})

describe('any other page', () => {
  it('reads nothing, also not that of a client whose backend does this (G75)', async () => {
    const { gateway, client } = await both()
    for (const origin of FOREIGN) {
      for (const path of PATHS) {
        for (const method of ['OPTIONS', 'POST']) {
          const body = method === 'POST' ? new URLSearchParams({ client_id: client.client_id, token: 'x' }) : null
          const answer = await gateway.fetch(path, { method, headers: { origin }, body })
          expect([origin, path, method, readableBy(answer)]).toEqual([origin, path, method, null])
          expect(answer.headers.get('access-control-allow-methods')).toBeNull()
        }
      }
    }
  })

  it('reads no introspection and no pushed request, which are for backends', async () => {
    const { gateway } = await both()
    for (const path of ['/introspect', '/pushed_authorization_request', '/device_authorization', '/logout'])
      for (const origin of [HOME, BACKEND]) {
        const answer = await gateway.fetch(path, { method: 'POST', headers: { origin }, body: new URLSearchParams() })
        expect([path, readableBy(answer)]).toEqual([path, null])
      }
  })
})
