/** What is unusual about a request, and when that is reason enough to ask twice. */
import { describe, expect, test } from 'vitest'
import type { RequestContext } from '../../shared/protocol/messages.ts'
import { isUnusual, signsOf } from '../../shared/ui/unusual.ts'

const NOW = 1_790_000_000
const request = (change: Partial<RequestContext> = {}): RequestContext => ({
  client: { client_id: 'shop', name: 'Shop', origins: ['https://shop.example'] },
  origin: 'https://shop.example',
  page: { browser: 'Firefox 153', os: 'Linux', ip: '203.0.113.7' },
  same_network: true,
  known_page: true,
  scope: 'openid profile',
  started_at: NOW - 5,
  ...change,
})
const at = (origin: string): Partial<RequestContext> => ({
  client: { client_id: 'shop', name: 'Shop', origins: [origin] },
  origin,
})

const EVERYDAY: Record<string, Partial<RequestContext>> = {
  no_page: { origin: null },
  foreign_letters: at('https://bücher.example'),
  other_network: { same_network: false },
  new_browser: { known_page: false },
  old: { started_at: NOW - 121 },
}
const TELLING: Record<string, Partial<RequestContext>> = {
  look_alike: { resembles: 'https://bank.example' },
  mixed_scripts: at('https://shοp.example'),
  insecure: at('http://shop.example'),
  other_country: { same_country: false },
}

describe('a request', () => {
  test('of every day has no sign at all', () => {
    expect(signsOf(request(), NOW)).toEqual([])
    expect(signsOf(request({ same_country: true, started_at: NOW - 120 }), NOW)).toEqual([])
    // Its page is the gateway's own: the site's address is registered, and nothing is odd about it.
    expect(signsOf(request({ origin: 'https://nod.example' }), NOW)).toEqual([])
    expect(isUnusual([])).toBe(false)
  })

  test.each(Object.entries(EVERYDAY))('with %s alone is not unusual', (sign, change) => {
    const signs = signsOf(request(change), NOW)
    expect(signs).toEqual([sign])
    expect(isUnusual(signs)).toBe(false)
  })

  test.each(Object.entries(TELLING))('with %s alone is', (sign, change) => {
    const signs = signsOf(request(change), NOW)
    expect(signs).toEqual([sign])
    expect(isUnusual(signs)).toBe(true)
  })

  const pairs = Object.entries(EVERYDAY).flatMap((one, index, all) =>
    all.slice(index + 1).map((other) => [one, other] as const),
  )
  // An address has foreign letters or is none.
  const possible = pairs.filter(([[a], [b]]) => !(a === 'no_page' && b === 'foreign_letters'))
  test.each(possible.map(([[a, change], [b, more]]) => [a, b, { ...change, ...more }] as const))(
    'with %s and %s together is',
    (a, b, change) => {
      const signs = signsOf(request(change), NOW)
      expect([...signs].sort()).toEqual([a, b].sort())
      expect(isUnusual(signs)).toBe(true)
    },
  )

  test('whatever it asks to learn is not unusual for that: it is the site’s own, the same each time', () => {
    expect(signsOf(request({ scope: 'openid profile email offline_access' }), NOW)).toEqual([])
  })
})
