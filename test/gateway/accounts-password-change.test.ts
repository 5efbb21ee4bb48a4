/** Another password: who may set it, what it ends, what it leaves (G64, G70). */
import { describe, expect, it } from 'vitest'
import { outcome } from './codes.ts'
import { addAccount, heldInbox, PASSWORD, pageHeaders, person, signIn } from './people.ts'
import { recorded } from './record.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const NEW = 'another password, longer than it need be'

const change = (gateway: TestGateway, headers: Record<string, string>, body: object) =>
  gateway.fetch('/v1/me/password', { method: 'POST', headers, body: JSON.stringify(body) })

const trySignIn = async (gateway: TestGateway, password: string): Promise<number> => {
  const body = JSON.stringify({ username: 'ada', password })
  return (await gateway.fetch('/v1/sign-in', { method: 'POST', headers: pageHeaders(gateway), body })).status
}

const me = async (gateway: TestGateway, headers: Record<string, string>) =>
  (await gateway.fetch('/v1/me', { headers })).status

describe('changing the password', () => {
  it('makes the new one count and the old one no more, and is on the record', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway, 'ada')
    const body = { current_password: PASSWORD, new_password: NEW }
    expect((await change(gateway, ada.headers, body)).status).toBe(204)
    expect([await trySignIn(gateway, PASSWORD), await trySignIn(gateway, NEW)]).toEqual([401, 200])
    const [entry] = recorded(gateway, 'password_changed')
    expect(entry).toMatchObject({ sub: ada.sub, device_id: ada.device_id })
    expect(entry!.detail).not.toContain('password')
  })

  it('signs out every other browser of the account, at once, and no other account', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway, 'ada')
    const bob = await person(gateway, 'bob')
    const elsewhere = pageHeaders(gateway, await signIn(gateway, 'ada'))
    expect((await change(gateway, elsewhere, { new_password: NEW })).status).toBe(204)
    expect([await me(gateway, elsewhere), await me(gateway, ada.headers), await me(gateway, bob.headers)]).toEqual([
      200, 401, 200,
    ])
  })

  it('tells who waits there that it is over', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway, 'ada')
    const elsewhere = pageHeaders(gateway, await signIn(gateway, 'ada'))
    const held = await heldInbox(gateway, ada)
    await change(gateway, elsewhere, { new_password: NEW })
    expect((await held.answer).status).toBe(401)
  })

  it('needs a sign-in of the last five minutes (G70)', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway, 'ada')
    gateway.clock.advance(301)
    const body = { current_password: PASSWORD, new_password: NEW }
    expect(await outcome(change(gateway, ada.headers, body))).toBe('403 fresh_sign_in_required')
    expect(await outcome(change(gateway, pageHeaders(gateway), body))).toBe('401 sign_in_required')
    expect(await trySignIn(gateway, PASSWORD)).toBe(200)
  })

  it('needs a page of the gateway (G73)', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway, 'ada')
    for (const from of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }])
      expect(await outcome(change(gateway, { ...ada.headers, ...from }, { new_password: NEW }))).toBe(
        '403 forbidden_origin',
      )
    expect(await trySignIn(gateway, PASSWORD)).toBe(200)
  })

  it('with a wrong current one changes nothing, and counts as a guess', async () => {
    const gateway = await startTestGateway({ NOD_LIMITS: 'on' })
    const ada = await person(gateway, 'ada')
    const body = { current_password: 'wrong password', new_password: NEW }
    for (let i = 0; i < 5; i += 1) expect(await outcome(change(gateway, ada.headers, body))).toBe('403 wrong_password')
    const right = { ...body, current_password: PASSWORD }
    expect(await outcome(change(gateway, ada.headers, right))).toBe('429 too_many_requests')
  })

  it('takes 8 to 1024 bytes, as they are (G64)', async () => {
    const gateway = await startTestGateway()
    await addAccount(gateway, 'ada')
    const headers = pageHeaders(gateway, await signIn(gateway, 'ada'))
    for (const new_password of ['seven77', 'x'.repeat(1025), 'é'.repeat(513), '', '\ud800 half a pair'])
      expect(await outcome(change(gateway, headers, { new_password }))).toBe('400 invalid_password')
    for (const new_password of ['  8 bytes', 'x'.repeat(1024), 'e\u0301 is not é, with 😀']) {
      expect((await change(gateway, headers, { new_password })).status).toBe(204)
      expect(await trySignIn(gateway, new_password)).toBe(200)
      expect(await trySignIn(gateway, new_password.trim().normalize('NFC'))).toBe(
        new_password === 'x'.repeat(1024) ? 200 : 401,
      )
    }
  })
})
