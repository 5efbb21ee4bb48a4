/** What an approval card names first, and what it calls unusual. */
import { describe, expect, test } from 'vitest'
import type { Claim } from '../../shared/protocol/messages.ts'
import { siteName } from '../../shared/ui/site-name.ts'
import { subjectOf } from '../../shared/ui/subject.ts'

describe('an address', () => {
  test.each([
    ['https://shop.example', 'shop.example'],
    ['https://shop.example:8443', 'shop.example:8443'],
    ['http://localhost:3000', 'localhost:3000'],
    ['http://127.0.0.1:3000', '127.0.0.1:3000'],
    ['http://[::1]:3000', '[::1]:3000'],
  ])('%s reads %s', (origin, text) => {
    expect(siteName(origin)).toEqual({ text, foreign_letters: false, insecure: false })
  })

  test.each(['http://shop.example', 'http://localhost.shop.example', 'http://127.0.0.1.shop.example'])(
    '%s keeps its scheme, since the line to it is not safe',
    (origin) => expect(siteName(origin)).toEqual({ text: origin, foreign_letters: false, insecure: true }),
  )

  test.each([
    ['https://аррӏе.example', 'xn--80ak6aa92e.example'],
    ['https://xn--80ak6aa92e.example', 'xn--80ak6aa92e.example'],
    ['https://login.bücher.example', 'login.xn--bcher-kva.example'],
  ])('%s shows its letters in plain form', (origin, text) => {
    expect(siteName(origin)).toEqual({ text, foreign_letters: true, insecure: false })
  })

  test('that is none stays as it is', () => {
    expect(siteName('the shop').text).toBe('the shop')
  })
})

describe('a request', () => {
  const request = (change: Partial<Claim['request']>): Claim['request'] => ({
    client: { client_id: 'shop', name: 'Shop', origins: ['https://shop.example', 'https://www.shop.example'] },
    origin: 'https://shop.example',
    page: { browser: '', os: '', ip: '' },
    same_network: true,
    known_page: true,
    scope: 'openid',
    started_at: 0,
    ...change,
  })

  test('from the site’s own page names that page', () => {
    const subject = subjectOf(request({ origin: 'https://www.shop.example' }))
    expect(subject).toMatchObject({ title: 'www.shop.example', is_site: true, through: null })
  })

  test('from the gateway’s page names the site, and that it was shown elsewhere', () => {
    const subject = subjectOf(request({ origin: 'https://nod.example' }))
    expect(subject).toMatchObject({ title: 'shop.example', is_site: true, through: 'nod.example' })
  })

  test('from a device without a page names the application', () => {
    expect(subjectOf(request({ origin: null }))).toMatchObject({ title: 'Shop', is_site: false, through: null })
  })

  test('for an application without a site names it, wherever it was shown', () => {
    const client = { client_id: 'cli', name: 'A tool', origins: [] }
    const subject = subjectOf(request({ client, origin: 'https://nod.example' }))
    expect(subject).toMatchObject({ title: 'A tool', is_site: false, through: 'nod.example' })
  })
})
