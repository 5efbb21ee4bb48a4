/** Whoever guesses at a password shuts out no device of the account, and gains nothing by having one (SECURITY 10). */
import { describe, expect, it } from 'vitest'
import { PASSWORD, pageHeaders, person, signIn } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const attempt = async (gateway: TestGateway, password: string, cookie = '', username = 'ada'): Promise<number> => {
  const body = JSON.stringify({ username, password })
  return (await gateway.fetch('/v1/sign-in', { method: 'POST', headers: pageHeaders(gateway, cookie), body })).status
}

const guessUntilThrottled = async (gateway: TestGateway, cookie = '', username = 'ada'): Promise<number> => {
  for (let tries = 0; ; tries += 1)
    if ((await attempt(gateway, `wrong ${tries}`, cookie, username)) === 429) return tries
}

describe('a device of the account', () => {
  it('signs in though the name is throttled on its network, and others there still do not', async () => {
    const gateway = await startTestGateway({ NOD_LIMITS: 'on' })
    const { headers } = await person(gateway, 'ada')
    expect(await guessUntilThrottled(gateway)).toBe(5)
    expect(await attempt(gateway, PASSWORD)).toBe(429)
    expect(await attempt(gateway, PASSWORD, headers.cookie)).toBe(200)
    expect(await attempt(gateway, PASSWORD)).toBe(429)
  })

  it('has no more than five guesses either, and uses up nobody else’s', async () => {
    const gateway = await startTestGateway({ NOD_LIMITS: 'on' })
    const { headers } = await person(gateway, 'ada')
    expect(await guessUntilThrottled(gateway, headers.cookie)).toBe(5)
    expect(await attempt(gateway, PASSWORD, headers.cookie)).toBe(429)
    expect(await attempt(gateway, PASSWORD)).toBe(200)
  })

  it('is none for another account, nor is a browser that never was enrolled, nor one that was revoked', async () => {
    const gateway = await startTestGateway({ NOD_LIMITS: 'on' })
    const [ada, bob] = [await person(gateway, 'ada'), await person(gateway, 'bob')]
    const not_enrolled = await signIn(gateway, 'ada')
    expect(await guessUntilThrottled(gateway)).toBe(5)
    expect(await attempt(gateway, PASSWORD, bob.headers.cookie)).toBe(429)
    expect(await attempt(gateway, PASSWORD, not_enrolled)).toBe(429)
    const { headers } = ada
    await gateway.fetch(`/v1/devices/${ada.device_id}`, { method: 'DELETE', headers })
    expect(await attempt(gateway, PASSWORD, headers.cookie)).toBe(429)
  })
})

it('who is signed in can change the password, however often others guess at it on that network', async () => {
  const gateway = await startTestGateway({ NOD_LIMITS: 'on' })
  await person(gateway, 'ada')
  const headers = pageHeaders(gateway, await signIn(gateway, 'ada'))
  expect(await guessUntilThrottled(gateway)).toBe(5)
  const body = JSON.stringify({ current_password: PASSWORD, new_password: 'another password' })
  expect((await gateway.fetch('/v1/me/password', { method: 'POST', headers, body })).status).toBe(204)
})
