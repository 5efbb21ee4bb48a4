/** What the gateway says it can do is what it does (G49), and its keys change without anything failing. */
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DEVICE_CODE } from '../../gateway/grants/device-code.ts'
import { createKeys } from '../../gateway/keys.ts'
import { issuedCode, outcome, redeem, redemption } from './codes.ts'
import { authorize, person, site } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'
import { AUTHENTICATED, GRANTS, METHODS, SEEN } from './trials.ts'

const DAY = 86_400

interface Metadata extends Record<string, unknown> {
  grant_types_supported: string[]
  id_token_signing_alg_values_supported: ('RS256' | 'ES256')[]
  scopes_supported: string[]
  response_types_supported: string[]
  response_modes_supported: string[]
  code_challenge_methods_supported: string[]
}

const metadata = async (gateway: TestGateway, name = 'openid-configuration') =>
  (await gateway.fetch(`/.well-known/${name}`)).json() as Promise<Metadata>

/** The members that are addresses. */
const addresses = (document: Metadata) =>
  Object.entries(document).filter(
    (member): member is [string, string] => /_endpoint$|^jwks_uri$/.test(member[0]) && typeof member[1] === 'string',
  )

const UNKNOWN_GRANTS = ['password', 'implicit', 'client_credentials', 'refresh_token', DEVICE_CODE]

/** The kids of the published keys. */
async function published(gateway: TestGateway): Promise<string[]> {
  const { keys } = (await (await gateway.fetch('/jwks')).json()) as { keys: { kid: string }[] }
  return keys.map(({ kid }) => kid).sort()
}

describe('discovery', () => {
  it('names the endpoints of this issuer, in both documents (OpenID Connect Discovery §3, RFC 8414 §3)', async () => {
    const gateway = await startTestGateway()
    const document = await metadata(gateway)
    expect(document).toMatchObject({
      issuer: gateway.issuer,
      authorization_endpoint: `${gateway.issuer}/authorize`,
      token_endpoint: `${gateway.issuer}/token`,
      userinfo_endpoint: `${gateway.issuer}/userinfo`,
      jwks_uri: `${gateway.issuer}/jwks`,
      subject_types_supported: ['public'],
      authorization_response_iss_parameter_supported: true,
      request_uri_parameter_supported: false,
    })
    expect(await metadata(gateway, 'oauth-authorization-server')).toEqual(document)
  })

  it('advertises what works (G49)', async () => {
    const gateway = await startTestGateway()
    const document = await metadata(gateway)
    const approver = await person(gateway)
    for (const alg of document.id_token_signing_alg_values_supported) {
      const client = await site(gateway, {
        id_token_signed_response_alg: alg,
        ...{ device_grant: true, offline_access: true, device_offline_access: true },
      })
      for (const asked of document.scopes_supported) {
        const scope = asked === 'openid' ? asked : `openid ${asked}`
        for (const grant_type of document.grant_types_supported) {
          const params = await GRANTS[grant_type]!({ gateway, client, approver, scope })
          const answer = await redeem(gateway, params)
          expect([grant_type, answer.status, await answer.json()]).toMatchObject([grant_type, 200, { scope }])
        }
      }
      for (const response_type of document.response_types_supported)
        for (const response_mode of document.response_modes_supported)
          for (const code_challenge_method of document.code_challenge_methods_supported) {
            const change = { response_type, response_mode, code_challenge_method }
            expect((await authorize(gateway, client, change)).status).toBe(201)
          }
    }
    for (const [name, address] of addresses(document)) {
      const answers = ['GET', 'POST'].map(async (method) => (await gateway.fetch(address, { method })).status)
      expect([name, (await Promise.all(answers)).some((status) => status !== 404)]).toEqual([name, true])
    }
  })

  it('advertises what clients can authenticate with, at each endpoint (G49, RFC 8414 §2)', async () => {
    const gateway = await startTestGateway()
    const document = await metadata(gateway)
    for (const [endpoint, { as = endpoint, params, answers }] of Object.entries(AUTHENTICATED)) {
      const methods = document[`${as}_endpoint_auth_methods_supported`] as string[]
      const algs = document[`${as}_endpoint_auth_signing_alg_values_supported`] as string[]
      for (const method of Object.keys(METHODS)) {
        for (const alg of method === 'private_key_jwt' ? algs : ['']) {
          const { client, adds } = await METHODS[method]!(gateway, alg)
          const [more, headers] = adds()
          const body = new URLSearchParams({ ...params(client), ...more })
          const answer = await gateway.fetch(document[`${endpoint}_endpoint`] as string, {
            method: 'POST',
            headers,
            body,
          })
          const expected = methods.includes(method) ? answers : 401
          expect([endpoint, method, alg, answer.status]).toEqual([endpoint, method, alg, expected])
        }
      }
      expect(methods.filter((method) => !(method in METHODS))).toEqual([])
    }
  })

  it('advertises nothing that no test has seen working (G49)', async () => {
    const document = await metadata(await startTestGateway())
    expect(Object.keys(SEEN).sort()).toEqual(Object.keys(document).sort())
    const tests = Object.values(SEEN).map((name) => new URL(`${name}.test.ts`, import.meta.url))
    expect(tests.filter((file) => !existsSync(file))).toEqual([])
  })

  it('advertises no more than that (G49)', async () => {
    const gateway = await startTestGateway()
    const document = await metadata(gateway)
    const advertised = addresses(document).map(([, address]) => address)
    const client = await site(gateway, { device_grant: true })
    for (const grant_type of UNKNOWN_GRANTS.filter((name) => !document.grant_types_supported.includes(name)))
      expect(await outcome(redeem(gateway, redemption(client, 'c', { grant_type })))).toBe('400 unsupported_grant_type')
    for (const path of [
      '/revoke',
      '/introspect',
      '/device_authorization',
      '/logout',
      '/par',
      '/bc-authorize',
      '/register',
      '/session',
    ]) {
      if (advertised.includes(`${gateway.issuer}${path}`)) continue
      expect([path, (await gateway.fetch(path, { method: 'POST' })).status]).toEqual([path, 404])
    }
  })

  it('may be read by any page, without credentials, and kept for a while', async () => {
    const gateway = await startTestGateway()
    for (const path of ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server', '/jwks']) {
      const { headers } = await gateway.fetch(path, { headers: { origin: 'https://any.example' } })
      expect(headers.get('access-control-allow-origin')).toBe('*')
      expect(headers.get('access-control-allow-credentials')).toBeNull()
      expect(headers.get('cache-control')).toMatch(/^public, max-age=\d+$/)
    }
  })
})

describe('the keys', () => {
  it('are published without their private halves, named by their thumbprints (RFC 7638)', async () => {
    const gateway = await startTestGateway()
    const { keys } = (await (await gateway.fetch('/jwks')).json()) as { keys: Record<string, string>[] }
    expect(keys.map(({ alg }) => alg).sort()).toEqual(['ES256', 'RS256'])
    for (const key of keys) {
      const members = key.kty === 'RSA' ? ['e', 'kty', 'n'] : ['crv', 'kty', 'x', 'y']
      expect(Object.keys(key).sort()).toEqual([...members, 'alg', 'kid', 'use'].sort())
      const canonical = JSON.stringify(Object.fromEntries(members.map((member) => [member, key[member]])))
      const print = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(canonical))
      expect(key.kid).toBe(Buffer.from(print).toString('base64url'))
    }
  })

  it('are the same after a restart', async () => {
    const first = await startTestGateway()
    const before = await published(first)
    await first.stop()
    const again = await startTestGateway({}, { data: first.data })
    expect(await published(again)).toEqual(before)
  })

  it('are published a day before they sign and a day after', async () => {
    const gateway = await startTestGateway()
    const [client, approver] = [await site(gateway), await person(gateway)]
    const signing = async () => {
      const code = await issuedCode(gateway, client, approver)
      const { id_token } = (await (await redeem(gateway, redemption(client, code))).json()) as { id_token: string }
      return JSON.parse(Buffer.from(id_token.split('.')[0]!, 'base64url').toString()).kid as string
    }
    const before = await published(gateway)
    const old_kid = await signing()
    const made = (await createKeys(gateway.deps).rotate()).map(({ kid }) => kid)
    expect(await published(gateway)).toEqual([...before, ...made].sort())
    gateway.clock.advance(DAY - 1)
    expect(await signing()).toBe(old_kid)
    gateway.clock.advance(1)
    expect(made).toContain(await signing())
    expect(await published(gateway)).toContain(old_kid)
    gateway.clock.advance(DAY)
    expect(await published(gateway)).toEqual([...made].sort())
  })
})
