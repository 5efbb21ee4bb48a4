/** Which address an answer may be sent to, which may be registered, and how the answer is appended to it. */
import { describe, expect, it } from 'vitest'
import { authorizationResponse, isRegisteredRedirectUri, redirectUriFault } from '../../gateway/redirect-uris.ts'
import { site } from './people.ts'
import { startTestGateway } from './support.ts'

const REGISTERED = 'https://shop.example/cb'

/** None of these is the registered address, whatever some parser thinks of it. */
const MUTATIONS = [
  'https://shop.example/CB',
  'https://shop.example/cb/',
  'https://shop.example//cb',
  'https://shop.example/cb?x',
  'https://shop.example/cb?',
  'https://shop.example/cb?x=1',
  'https://shop.example/cb#',
  'https://shop.example/cb#f',
  'https://shop.example/cb;a',
  'https://shop.example/cb%20',
  'https://shop.example/cb ',
  ' https://shop.example/cb',
  'https://shop.example/cb\t',
  'https://shop.example/cb\n',
  'https://shop.example/cb%00',
  'https://shop.example/cb/../cb',
  'https://shop.example/./cb',
  'https://shop.example/%2e/cb',
  'https://shop.example/%63b',
  'https://shop.example/c%62',
  'https://shop.example\\cb',
  'https:\\\\shop.example\\cb',
  'https:/shop.example/cb',
  'https:shop.example/cb',
  '//shop.example/cb',
  '/cb',
  '//evil.example/cb',
  'http://shop.example/cb',
  'HTTPS://shop.example/cb',
  'https://SHOP.example/cb',
  'https://shop.example:443/cb',
  'https://shop.example:8443/cb',
  'https://shop.example./cb',
  'https://user@shop.example/cb',
  'https://shop.example@evil.example/cb',
  'https://a@b@shop.example/cb',
  'https://shop.example.evil.example/cb',
  'https://evil.example/?https://shop.example/cb',
  'https://evil.example/https://shop.example/cb',
  'https://shop.example\u3002evil.example/cb',
  'https://xn--shp-7na.example/cb',
  'https://sh\u043ep.example/cb',
  'https://localhost.evil.example/cb',
  'https://127.0.0.1.evil.example/cb',
  'javascript:alert(1)//https://shop.example/cb',
  'data:text/html,https://shop.example/cb',
]

/** For a native client with `http://127.0.0.1/cb` and `http://[::1]:7000/cb`. */
const LOOPBACK_MUTATIONS = [
  'http://localhost/cb',
  'http://localhost:5000/cb',
  'http://127.0.0.1.evil.example/cb',
  'http://127.0.0.1:5000.evil.example/cb',
  'http://127.0.0.1:5000@evil.example/cb',
  'http://127.0.0.1:/cb',
  'http://127.0.0.1:0/cb',
  'http://127.0.0.1:05000/cb',
  'http://127.0.0.1:65536/cb',
  'http://127.0.0.1:5000/CB',
  'http://127.0.0.1:5000/cb?x',
  'http://127.0.0.1:5000/cb#f',
  'http://127.0.0.1:5000',
  'http://127.1:5000/cb',
  'http://2130706433:5000/cb',
  'http://127.0.0.2:5000/cb',
  'https://127.0.0.1:5000/cb',
  'http://[::ffff:127.0.0.1]:5000/cb',
  'http://0.0.0.0:5000/cb',
]

describe('a redirect_uri', () => {
  it('is taken only byte for byte as it was registered (G32, RFC 9700 §4.1.3)', () => {
    const client = { redirect_uris: [REGISTERED], native: false }
    expect(MUTATIONS.length).toBeGreaterThanOrEqual(40)
    expect(isRegisteredRedirectUri(client, REGISTERED)).toBe(true)
    expect(MUTATIONS.filter((uri) => isRegisteredRedirectUri(client, uri))).toEqual([])
    expect(MUTATIONS.filter((uri) => isRegisteredRedirectUri({ ...client, native: true }, uri))).toEqual([])
  })

  it('may differ in the port of a loopback address for a native client, and in nothing else (RFC 8252 §7.3)', () => {
    const client = { redirect_uris: ['http://127.0.0.1/cb', 'http://[::1]:7000/cb'], native: true }
    const other_ports = [
      'http://127.0.0.1:1/cb',
      'http://127.0.0.1:65535/cb',
      'http://[::1]/cb',
      'http://[::1]:5000/cb',
    ]
    expect(other_ports.filter((uri) => !isRegisteredRedirectUri(client, uri))).toEqual([])
    expect(LOOPBACK_MUTATIONS.filter((uri) => isRegisteredRedirectUri(client, uri))).toEqual([])
    expect(other_ports.filter((uri) => isRegisteredRedirectUri({ ...client, native: false }, uri))).toEqual([])
  })

  it('that is not registered gets an error page and never a redirect (G32, RFC 6749 §4.1.2.1)', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    for (const redirect_uri of MUTATIONS) {
      const query = new URLSearchParams({
        client_id: client.client_id,
        redirect_uri,
        response_type: 'code',
        state: 's',
      })
      const page = await gateway.fetch(`/authorize?${query}`, { headers: { accept: 'text/html' } })
      expect([redirect_uri, page.status, page.headers.get('location')]).toEqual([redirect_uri, 400, null])
      const accept = 'application/nod-session+json'
      const json = await gateway.fetch(`/authorize?${query}`, { headers: { accept } })
      expect(await json.json()).toMatchObject({ error: 'invalid_redirect_uri' })
    }
  })
})

describe('registering a redirect_uri', () => {
  it('takes https, and http to this machine', () => {
    const fine = [
      REGISTERED,
      'https://shop.example/',
      'https://shop.example:8443/cb?tenant=1',
      'http://localhost:3000/cb',
      'http://127.0.0.1/cb',
      'http://[::1]:3000/cb',
    ]
    expect(fine.map(redirectUriFault)).toEqual(fine.map(() => null))
  })

  it.each([
    ['shop.example/cb', /absolute/],
    ['http://shop.example/cb', /https/],
    ['http://localhost.evil.example/cb', /https/],
    ['com.example.app:/cb', /https/],
    ['https://shop.example/cb#f', /fragment/],
    ['https://shop.example/cb#', /fragment/],
    ['https://user@shop.example/cb', /user/],
    ['https://@shop.example/cb', /user/],
    ['https://*.shop.example/cb', /wildcard/],
    ['https://shop.example/*', /wildcard/],
    ['https://SHOP.example/cb', /canonical form: https:\/\/shop.example\/cb/],
    ['https://shop.example', /canonical form: https:\/\/shop.example\//],
    ['https://shop.example:443/cb', /canonical/],
    ['https://shop.example/a/../cb', /canonical/],
    ['https://shop.example\\cb', /canonical/],
    ['https://bücher.example/cb', /canonical form: https:\/\/xn--bcher-kva.example\/cb/],
    ['https://shop.example/cb?code=1', /"code"/],
    ['https://shop.example/cb?a=1&iss=x', /"iss"/],
  ])('refuses %s and says how to mend it', (uri, mend) => expect(redirectUriFault(uri)).toMatch(mend))
})

describe('an authorization response', () => {
  const iss = 'https://nod.example'

  it('is appended to the query the redirect_uri has (RFC 6749 §4.1.2) and names the issuer (RFC 9207 §2)', () => {
    const to = (uri: string) => authorizationResponse(uri, { code: 'c', state: 's', iss })
    const answer = 'code=c&state=s&iss=https%3A%2F%2Fnod.example'
    expect(to('https://shop.example/cb')).toBe(`https://shop.example/cb?${answer}`)
    expect(to('https://shop.example/cb?')).toBe(`https://shop.example/cb?${answer}`)
    expect(to('https://shop.example/cb?a=1')).toBe(`https://shop.example/cb?a=1&${answer}`)
    expect(to('https://shop.example')).toBe(`https://shop.example?${answer}`)
  })

  it('keeps any state as it was', () => {
    const state = 'a b+c&d=e"\'\\%00/?#\u0000\r\nünï→🙂'
    const answer = new URL(authorizationResponse('https://shop.example/cb', { code: 'c', state, iss }))
    expect(answer.searchParams.get('state')).toBe(state)
  })
})
