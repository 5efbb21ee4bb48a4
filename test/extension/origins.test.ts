/** What the extension compares before it shows or sends anything: origins, host patterns, login pages. */
import { describe, expect, test } from 'vitest'
import {
  agreedOrigins,
  gatewayAddress,
  hostPattern,
  isSafeUrl,
  listedSites,
  originOf,
  siteAt,
} from '../../extension/origins.ts'
import type { Site } from '../../shared/protocol/messages.ts'

const shop: Site = {
  client_id: 'shop',
  name: 'Shop',
  origins: ['https://shop.example', 'http://127.0.0.1:9000'],
  login_matches: ['https://shop.example/login*', 'http://127.0.0.1:9000/login'],
  start_uri: 'https://shop.example/start',
}
const issuer = 'https://nod.example'
const listed = (...sites: Site[]) => listedSites([{ issuer, sites }])
const on = [{ issuer, client_id: 'shop', origins: shop.origins }]

describe('a login page', () => {
  test.each([
    'https://shop.example/login',
    'https://shop.example/login/again?next=/cart#form',
    'http://127.0.0.1:9000/login',
    'http://127.0.0.1:9000/login?from=menu',
  ])('is %s', (address) => expect(siteAt(address, listed(shop), on)?.site.client_id).toBe('shop'))

  test.each([
    'https://shop.example/',
    'https://shop.example/cart/login',
    'http://shop.example/login',
    'https://shop.example:8443/login',
    'https://shop.example.evil.test/login',
    'https://evil.test/https://shop.example/login',
    'https://evil.test/login#https://shop.example/login',
    'http://127.0.0.1:9001/login',
    'http://127.0.0.1:9000/login/more',
    'about:blank',
    'file:///login',
    'not an address',
  ])('is not %s', (address) => expect(siteAt(address, listed(shop), on)).toBeNull())

  test('is none while the site is off', () => expect(siteAt('https://shop.example/login', listed(shop), [])).toBeNull())

  test('is none on an origin that the gateway added after the person agreed', () => {
    const agreed = [{ issuer, client_id: 'shop', origins: ['https://shop.example'] }]
    expect(siteAt('http://127.0.0.1:9000/login', listed(shop), agreed)).toBeNull()
  })

  test('is none on an origin that the site no longer has', () => {
    const smaller = { ...shop, origins: ['http://127.0.0.1:9000'] }
    expect(siteAt('https://shop.example/login', listed(smaller), on)).toBeNull()
    expect(agreedOrigins({ issuer, site: smaller }, on)).toEqual(['http://127.0.0.1:9000'])
  })

  test('is none by the list of another gateway than the one it was switched on for', () => {
    const other = listedSites([{ issuer: 'https://evil.test', sites: [shop] }])
    expect(siteAt('https://shop.example/login', other, on)).toBeNull()
    expect(other.flatMap((one) => agreedOrigins(one, on))).toEqual([])
    expect(siteAt('https://shop.example/login', [...other, ...listed(shop)], on)?.issuer).toBe(issuer)
  })

  test('may be named by its path alone, or without the port', () => {
    const loose = { ...shop, login_matches: ['/sign-in*', 'http://127.0.0.1/enter'] }
    expect(siteAt('https://shop.example/sign-in?x', listed(loose), on)).not.toBeNull()
    expect(siteAt('http://127.0.0.1:9000/enter', listed(loose), on)).not.toBeNull()
    expect(siteAt('https://shop.example/enter', listed(loose), on)).toBeNull()
  })

  test('compares a query only where the pattern has one', () => {
    const query = { ...shop, login_matches: ['https://shop.example/?view=login*'] }
    expect(siteAt('https://shop.example/?view=login&x=1', listed(query), on)).not.toBeNull()
    expect(siteAt('https://shop.example/?view=cart', listed(query), on)).toBeNull()
  })

  test('is found at once, whatever the pattern', () => {
    const hostile = { ...shop, login_matches: [`https://shop.example/${'*a'.repeat(140)}b`] }
    const started = performance.now()
    expect(siteAt(`https://shop.example/${'a'.repeat(8000)}`, listed(hostile), on)).toBeNull()
    expect(performance.now() - started).toBeLessThan(100)
  })
})

describe('a host pattern', () => {
  test('has no port: Firefox takes none, and Chrome reads that as every port', () => {
    expect(hostPattern('http://127.0.0.1:9000')).toBe('http://127.0.0.1/*')
    expect(hostPattern('https://shop.example:8443')).toBe('https://shop.example/*')
  })
})

describe('an address that may be fetched or gone to', () => {
  test.each(['https://shop.example/cb?code=1', 'http://localhost:9000/cb', 'http://127.0.0.1/cb'])('is %s', (address) =>
    expect(isSafeUrl(address)).toBe(true),
  )
  test.each([
    'http://shop.example/cb',
    'http://localhost.evil.test/cb',
    'http://127.0.0.1.evil.test/',
    'javascript:alert(1)',
    'data:text/html,x',
    'chrome://settings',
    'file:///etc/passwd',
    '/cb',
    '',
  ])('is not %s', (address) => expect(isSafeUrl(address)).toBe(false))
})

describe('the origin of an address', () => {
  test('is that of a web page', () =>
    expect(originOf('https://shop.example:8443/a?b#c')).toBe('https://shop.example:8443'))
  test.each([undefined, '', 'about:blank', 'chrome://newtab/', 'file:///a', 'data:text/html,x'])(
    'is none for %s',
    (address) => expect(originOf(address)).toBeNull(),
  )
})

describe('a gateway’s address', () => {
  test.each([
    ['https://nod.example', 'https://nod.example'],
    ['  https://nod.example/  ', 'https://nod.example'],
    ['nod.example', 'https://nod.example'],
    ['nod.example:8443', 'https://nod.example:8443'],
    ['localhost:8787', 'http://localhost:8787'],
    ['127.0.0.1:8787', 'http://127.0.0.1:8787'],
    ['HTTPS://NOD.example', 'https://nod.example'],
  ])('%s means %s', (typed, issuer) => expect(gatewayAddress(typed)).toBe(issuer))

  test.each([
    '',
    'http://nod.example',
    'https://nod.example/path',
    'https://nod.example?x',
    'https://nod.example#x',
    'https://user@nod.example',
    'ftp://nod.example',
    'javascript:alert(1)',
    'https://',
    'two words',
  ])('cannot be %s', (typed) => expect(gatewayAddress(typed)).toBeNull())
})
