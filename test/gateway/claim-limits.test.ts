/** How often letters can be guessed (RFC 8628 §5.1). */
import { expect, it } from 'vitest'
import { outcome } from './codes.ts'
import { person, site, waitingPage } from './people.ts'
import { startTestGateway } from './support.ts'

it('five wrong letters of one network or account, and the right ones are refused too (G55, RFC 10027 §6.1.11)', async () => {
  const elsewhere = { 'x-forwarded-for': '203.0.113.7' }
  const gateway = await startTestGateway({ NOD_LIMITS: 'on', NOD_TRUSTED_PROXIES: '127.0.0.1,::1' })
  const [ada, bob] = [await person(gateway), await person(gateway)]
  const { session } = await waitingPage(gateway, await site(gateway))
  const claim = ({ headers }: typeof ada, user_code: string, more = {}) =>
    gateway.fetch('/v1/claims', {
      method: 'POST',
      headers: { ...headers, ...more },
      body: JSON.stringify({ user_code }),
    })
  for (let tries = 0; tries < 5; tries++) expect(await outcome(claim(ada, 'BCDF-GHJK'))).toBe('404 session_not_found')
  expect(await outcome(claim(ada, session.user_code))).toBe('429 too_many_requests')
  expect(await outcome(claim(ada, session.user_code, elsewhere))).toBe('429 too_many_requests')
  expect(await outcome(claim(bob, session.user_code))).toBe('429 too_many_requests')
  expect(await outcome(claim(bob, session.user_code, elsewhere))).toBe('201')
})
