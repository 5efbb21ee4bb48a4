/** The browsers that an account let in at sites: what it is told of them, that they go, and how that went. */
import { describe, expect, it } from 'vitest'
import type { SignInList } from '../../shared/protocol/account.ts'
import { issuedCode, outcome, redeem, redemption } from './codes.ts'
import { extension } from './linking.ts'
import { listeningSite } from './listening-site.ts'
import { approve, type Person, person, site, waitingPage } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

type Headers = Record<string, string>

const list = async (gateway: TestGateway, headers: Headers, query = ''): Promise<SignInList> =>
  (await gateway.fetch(`/v1/sign-ins${query}`, { headers })).json() as Promise<SignInList>

/** Lets a browser in at the site, all the way to its tokens. */
async function letIn(gateway: TestGateway, by: Person, change: Parameters<typeof site>[1] = {}) {
  const client = await site(gateway, change)
  const code = await issuedCode(gateway, client, by)
  const tokens = (await (await redeem(gateway, redemption(client, code))).json()) as { id_token: string }
  return { client, ...tokens }
}

const signOut = (gateway: TestGateway, headers: Headers, session_id: string) =>
  gateway.fetch(`/v1/activity/${session_id}/revoke`, { method: 'POST', headers })

describe('the browsers an account let in', () => {
  it('are told with site, browser, place, time and who approved, newest first', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway, 'ada')
    await letIn(gateway, ada, { name: 'Book shop' })
    gateway.clock.advance(60)
    const { client } = await letIn(gateway, ada, { name: 'Tea shop' })
    const { sign_ins, next } = await list(gateway, ada.headers)
    expect(sign_ins.map(({ site }) => site)).toEqual(['Tea shop', 'Book shop'])
    expect(sign_ins[0]).toEqual({
      session_id: expect.any(String),
      client_id: client.client_id,
      site: 'Tea shop',
      browser: expect.any(String),
      os: expect.any(String),
      ip: '127.0.0.1',
      signed_in_at: gateway.clock.now(),
      device_name: 'Test browser',
    })
    expect(next).toBeUndefined()
  })

  it('are those that collected their code: a request, a denial and an approval alone let nobody in', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway, 'ada')
    await approve(ada, await waitingPage(gateway, await site(gateway)))
    expect(await list(gateway, ada.headers)).toEqual({ sign_ins: [] })
  })

  it('are read page by page without a gap, also within one second', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway, 'ada')
    for (const name of ['One', 'Two', 'Three']) await letIn(gateway, ada, { name })
    const whole = (await list(gateway, ada.headers)).sign_ins
    expect(whole).toHaveLength(3)
    const first = await list(gateway, ada.headers, '?limit=2')
    const second = await list(gateway, ada.headers, `?limit=2&before=${first.next}`)
    expect([...first.sign_ins, ...second.sign_ins]).toEqual(whole)
    expect(second.next).toBeUndefined()
    expect(await outcome(gateway.fetch('/v1/sign-ins?limit=0', { headers: ada.headers }))).toBe('400 invalid_request')
  })

  it('are nobody else’s, and are not there for strangers (I14)', async () => {
    const gateway = await startTestGateway()
    const [ada, bob] = [await person(gateway, 'ada'), await person(gateway, 'bob')]
    await letIn(gateway, ada)
    expect(await list(gateway, bob.headers)).toEqual({ sign_ins: [] })
    expect(await outcome(gateway.fetch('/v1/sign-ins'))).toBe('401 sign_in_required')
  })

  it('are gone once nothing of them can be ended any more', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway, 'ada')
    await letIn(gateway, ada)
    const { expires_at } = (await gateway.deps.store.findSignIn(
      (
        await list(gateway, ada.headers)
      ).sign_ins[0]!.session_id,
    ))!
    const all = { up_to: Number.MAX_SAFE_INTEGER, skip: 0, limit: 9, ended_since: 0 }
    expect(await gateway.deps.store.listSignIns(ada.sub, { ...all, now: expires_at - 1 })).toHaveLength(1)
    expect(await gateway.deps.store.listSignIns(ada.sub, { ...all, now: expires_at })).toEqual([])
  })
})

describe('one that is signed out', () => {
  const notice = async (gateway: TestGateway, { headers }: Person) => (await list(gateway, headers)).sign_ins[0]?.notice

  it('says whether its site was told, and leaves the list after ten minutes', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway, 'ada')
    let status = 503
    const shop = await listeningSite(() => ({ status }))
    await letIn(gateway, ada, { backchannel_logout_uri: `${shop.origin}/out` })
    const [{ session_id } = { session_id: '' }] = (await list(gateway, ada.headers)).sign_ins
    expect((await signOut(gateway, ada.headers, session_id)).status).toBe(204)
    const ended_at = gateway.clock.now()
    expect((await list(gateway, ada.headers)).sign_ins).toMatchObject([{ session_id, ended_at, notice: 'under_way' }])
    await gateway.sweep()
    await expect.poll(() => shop.came.length).toBe(1)
    status = 200
    await expect
      .poll(async () => {
        gateway.clock.advance(5)
        await gateway.sweep()
        return notice(gateway, ada)
      })
      .toBe('told')
    gateway.clock.advance(ended_at + 599 - gateway.clock.now())
    expect((await list(gateway, ada.headers)).sign_ins).toHaveLength(1)
    gateway.clock.advance(1)
    expect((await list(gateway, ada.headers)).sign_ins).toEqual([])
  })

  it('says when its site refused to hear of it, or takes no such notices', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway, 'ada')
    const shop = await listeningSite(() => ({ status: 400 }))
    for (const [change, said] of [
      [{ backchannel_logout_uri: `${shop.origin}/out` }, 'not_told'],
      [{}, 'cannot_be_told'],
    ] as const) {
      gateway.clock.advance(1)
      await letIn(gateway, ada, change)
      await signOut(gateway, ada.headers, (await list(gateway, ada.headers)).sign_ins[0]!.session_id)
      await gateway.sweep()
      await expect.poll(() => notice(gateway, ada)).toBe(said)
    }
  })

  it('needs no word to its site where that was the one to ask', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway, 'ada')
    const { id_token } = await letIn(gateway, ada)
    await gateway.fetch(`/logout?id_token_hint=${id_token}`)
    const { sign_ins } = await list(gateway, ada.headers)
    expect(sign_ins).toMatchObject([{ ended_at: gateway.clock.now() }])
    expect(sign_ins[0]).not.toHaveProperty('notice')
  })
})

describe('a linked extension', () => {
  async function linked(gateway: TestGateway, { headers }: Person) {
    const { link, view } = await extension(gateway)
    await gateway.fetch(`/v1/links/${link.link_id}/accept`, { method: 'POST', headers })
    const { device_id, device_token } = await view()
    return { device_id: device_id!, headers: { authorization: `Bearer ${device_token}` } }
  }

  it('sees devices and browsers and signs a browser out', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway, 'ada')
    const { headers } = await linked(gateway, ada)
    await letIn(gateway, ada)
    for (const path of ['/v1/account', '/v1/devices', '/v1/activity'])
      expect((await gateway.fetch(path, { headers })).status).toBe(200)
    const [one] = (await list(gateway, headers)).sign_ins
    expect((await signOut(gateway, headers, one!.session_id)).status).toBe(204)
  })

  it('and can do nothing that changes who may get in: that takes a person who has just signed in (G70)', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway, 'ada')
    const { headers, device_id } = await linked(gateway, ada)
    const json = { ...headers, 'content-type': 'application/json' }
    const write = (method: string, path: string, body?: object) =>
      outcome(gateway.fetch(path, { method, headers: json, ...(body && { body: JSON.stringify(body) }) }))
    expect(await write('DELETE', `/v1/devices/${ada.device_id}`)).toBe('403 fresh_sign_in_required')
    expect(await write('DELETE', '/v1/devices/unknown')).toBe('403 fresh_sign_in_required')
    expect(await write('POST', '/v1/me/passkeys/options')).toBe('403 fresh_sign_in_required')
    expect(await write('PATCH', '/v1/me/passkeys/x', { name: 'x' })).toBe('403 fresh_sign_in_required')
    expect(await write('DELETE', '/v1/me/passkeys/x')).toBe('403 fresh_sign_in_required')
    expect(await write('POST', '/v1/me/password', { new_password: 'another long password' })).toBe(
      '403 fresh_sign_in_required',
    )
    expect(await write('POST', '/v1/sign-out', { everywhere: true })).toBe('403 forbidden_origin')
    expect((await gateway.deps.store.listDevices(ada.sub)).length).toBe(2)
    const itself = await gateway.fetch(`/v1/devices/${device_id}`, { method: 'DELETE', headers })
    expect(itself.status).toBe(204)
  })
})
