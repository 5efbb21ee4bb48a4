/** What an account reads of itself: each thing once, from where, newest first, and nothing of anybody else (I14). */
import { describe, expect, it } from 'vitest'
import { hash } from '../../gateway/secrets.ts'
import type { Activity } from '../../shared/protocol/account.ts'
import type { Claim } from '../../shared/protocol/messages.ts'
import { issuedCode, outcome, redeem, redemption } from './codes.ts'
import { extension } from './linking.ts'
import { listeningSite } from './listening-site.ts'
import { approve, type Person, person, site, waitingPage } from './people.ts'
import { recorded } from './record.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const read = (gateway: TestGateway, { headers }: Pick<Person, 'headers'>, query = '') =>
  gateway.fetch(`/v1/activity${query}`, { headers })

const activity = async (gateway: TestGateway, one: Pick<Person, 'headers'>, query = ''): Promise<Activity> =>
  (await read(gateway, one, query)).json() as Promise<Activity>

const typesOf = ({ activity: entries }: Activity) => entries.map(({ type }) => type)

const revoke = (gateway: TestGateway, { headers }: Pick<Person, 'headers'>, session_id: string, change = {}) =>
  gateway.fetch(`/v1/activity/${session_id}/revoke`, { method: 'POST', headers: { ...headers, ...change } })

/** Links an extension; what it then has. */
async function link(gateway: TestGateway, { headers }: Person) {
  const { link: announced, view } = await extension(gateway)
  const answer = await gateway.fetch(`/v1/links/${announced.link_id}/accept`, { method: 'POST', headers })
  expect(answer.status).toBe(200)
  return view()
}

/** Claims and denies; returns the session's id. */
async function deny(gateway: TestGateway, one: Person, more: object = {}): Promise<string> {
  const page = await waitingPage(gateway, await site(gateway))
  const claim = (await (await one.claim({ ticket: await page.ticket() })).json()) as Claim
  expect((await one.send(claim.claim_id, await one.sign(claim, 'deny'), more)).status).toBe(200)
  return claim.session_id
}

describe('the activity of an account', () => {
  it('says what was approved, where, from which browser and by which device, newest first', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway, 'ada')
    gateway.clock.advance(60)
    const client = await site(gateway, { name: 'Book shop' })
    const { claim } = await approve(ada, await waitingPage(gateway, client))
    const told = await activity(gateway, ada)
    expect(typesOf(told)).toEqual(['approved', 'device_enrolled', 'signed_in', 'account_created'])
    expect(told.activity[0]).toEqual({
      type: 'approved',
      at: gateway.clock.now(),
      session_id: claim.session_id,
      client_id: client.client_id,
      site: 'Book shop',
      ...claim.request.page,
      device_id: ada.device_id,
      device_name: 'Test browser',
      signed_in: true,
    })
    expect(told).not.toHaveProperty('next')
  })

  it('says of a denial whether the person reported it, and of nothing else', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway)
    const plain = await deny(gateway, ada)
    const reported = await deny(gateway, ada, { report: true })
    const [newer, older] = (await activity(gateway, ada)).activity
    expect(newer).toMatchObject({ type: 'denied', session_id: reported, reported: true })
    expect(older).toMatchObject({ type: 'denied', session_id: plain })
    expect(older).not.toHaveProperty('reported')
    expect(newer).not.toHaveProperty('signed_in')
  })

  it('names what was linked, revoked and refused', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway)
    const { device_id } = await link(gateway, ada)
    const { headers } = ada
    expect((await gateway.fetch(`/v1/devices/${device_id}`, { method: 'DELETE', headers })).status).toBe(204)
    const page = await waitingPage(gateway, await site(gateway))
    await ada.claim({ ticket: await page.ticket(), observed_origin: 'https://evil.example' })
    const [relayed, revoked, linked] = (await activity(gateway, ada)).activity
    expect(relayed).toMatchObject({ type: 'relayed_code_refused', observed_origin: 'https://evil.example' })
    expect(revoked).toMatchObject({ type: 'device_revoked', device_id, device_name: linked!.device_name })
    expect(linked).toMatchObject({ type: 'link_accepted', device_id, browser: expect.any(String) })
  })

  it('is read page by page without a gap, also within one second', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway)
    for (let i = 0; i < 3; i += 1) await deny(gateway, ada)
    gateway.clock.advance(1)
    await deny(gateway, ada)
    const whole = (await activity(gateway, ada)).activity
    expect(whole).toHaveLength(7)
    const read_so_far = []
    for (let next: string | undefined = ''; next !== undefined; ) {
      const page: Activity = await activity(gateway, ada, `?limit=2${next && `&before=${next}`}`)
      expect(page.activity.length).toBeLessThanOrEqual(2)
      read_so_far.push(...page.activity)
      next = page.next
    }
    expect(read_so_far).toEqual(whole)
    const earlier = await activity(gateway, ada, `?before=${gateway.clock.now()}`)
    expect(earlier.activity).toEqual(whole.slice(1))
  })

  it('gives fifty unless asked, two hundred at the most, and one session’s alone on request', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway)
    const session_id = await deny(gateway, ada)
    const entry = { at: gateway.clock.now(), type: 'signed_out', sub: ada.sub }
    await Promise.all(Array.from({ length: 230 }, () => gateway.deps.store.insertAudit(entry)))
    expect((await activity(gateway, ada)).activity).toHaveLength(50)
    expect((await activity(gateway, ada, '?limit=9999')).activity).toHaveLength(200)
    expect(typesOf(await activity(gateway, ada, `?session_id=${session_id}`))).toEqual(['denied'])
    for (const query of ['limit=0', 'limit=x', 'limit=-1', 'before=x', 'before=1-', `session_id=${'x'.repeat(65)}`]) {
      expect(await outcome(read(gateway, ada, `?${query}`))).toBe('400 invalid_request')
    }
  })

  it('is nobody else’s: not by asking for their session, nor by guessing at their claims (I14)', async () => {
    const gateway = await startTestGateway()
    const [ada, bob] = [await person(gateway), await person(gateway)]
    const client = await site(gateway, { name: 'Private clinic' })
    const page = await waitingPage(gateway, client)
    const claim = (await (await ada.claim({ ticket: await page.ticket() })).json()) as Claim
    expect((await bob.send(claim.claim_id, await bob.sign(claim, 'deny'))).status).toBe(404)
    await deny(gateway, ada)
    expect((await activity(gateway, bob, `?session_id=${claim.session_id}`)).activity).toEqual([])
    const told = JSON.stringify(await activity(gateway, bob))
    for (const secret of ['Private clinic', client.client_id, claim.session_id, ada.sub, ada.device_id])
      expect(told).not.toContain(secret)
    expect(await outcome(gateway.fetch('/v1/activity'))).toBe('401 sign_in_required')
  })

  it('is told to a linked extension too', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway)
    const { device_token } = await link(gateway, ada)
    const headers = { authorization: `Bearer ${device_token}` }
    expect(typesOf(await activity(gateway, { headers }))[0]).toBe('link_accepted')
  })
})

describe('signing a browser out from afar', () => {
  it('ends its tokens, tells its site, and can be said again (RFC 10027 §6.1.6)', async () => {
    const gateway = await startTestGateway()
    const [ada, shop] = [await person(gateway), await listeningSite()]
    const client = await site(gateway, { backchannel_logout_uri: `${shop.origin}/logged-out` })
    const answer = await redeem(gateway, redemption(client, await issuedCode(gateway, client, ada)))
    const { access_token } = (await answer.json()) as { access_token: string }
    const { session_id } = (await gateway.deps.store.findToken(hash(access_token)))!
    const userinfo = async () =>
      (await gateway.fetch('/userinfo', { headers: { authorization: `Bearer ${access_token}` } })).status
    expect([await userinfo(), (await activity(gateway, ada)).activity[0]!.signed_in]).toEqual([200, true])
    for (let i = 0; i < 2; i += 1) expect((await revoke(gateway, ada, session_id)).status).toBe(204)
    expect(await userinfo()).toBe(401)
    const newest = async () => (await activity(gateway, ada)).activity
    await expect.poll(async () => (await newest())[0]).toMatchObject({ type: 'site_told_of_logout', session_id })
    expect(shop.came).toHaveLength(1)
    const [, revoked, approved] = await newest()
    expect(revoked).toMatchObject({ type: 'sign_in_revoked', session_id, site: client.name, device_id: ada.device_id })
    expect(approved).toMatchObject({ type: 'approved', signed_in: false })
    expect(recorded(gateway, 'sign_in_revoked')).toHaveLength(1)
  })

  it('takes back an approval that nobody has collected, and can be said again (RFC 10027 §6.1.6)', async () => {
    const gateway = await startTestGateway()
    const [ada, client] = [await person(gateway), await site(gateway)]
    const page = await waitingPage(gateway, client)
    await approve(ada, page)
    const code = new URL((await page.view()).redirect_to!).searchParams.get('code')!
    const { session_id } = page.session
    for (let i = 0; i < 2; i += 1) expect((await revoke(gateway, ada, session_id)).status).toBe(204)
    expect(await outcome(redeem(gateway, redemption(client, code)))).toBe('400 invalid_grant')
    expect(await page.view()).toMatchObject({ state: 'canceled' })
    expect(recorded(gateway, 'sign_in_revoked')).toHaveLength(1)
  })

  it('records that it was not this person, when they say so', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway)
    const page = await waitingPage(gateway, await site(gateway))
    await approve(ada, page)
    const path = `/v1/activity/${page.session.session_id}/revoke`
    const say = (body: string) => gateway.fetch(path, { method: 'POST', headers: ada.headers, body })
    expect(await outcome(say('{"report":"yes"}'))).toBe('400 invalid_request')
    expect((await say('{"report":true}')).status).toBe(204)
    expect((await activity(gateway, ada)).activity[0]).toMatchObject({ type: 'sign_in_revoked', reported: true })
    expect(await page.view()).toMatchObject({ state: 'canceled' })
  })

  it('is for who approved it: another’s, a denied and an unknown one are not there (I14)', async () => {
    const gateway = await startTestGateway()
    const [ada, bob] = [await person(gateway), await person(gateway)]
    const page = await waitingPage(gateway, await site(gateway))
    await approve(ada, page)
    for (const session_id of [page.session.session_id, await deny(gateway, bob), 'unknown'])
      expect(await outcome(revoke(gateway, bob, session_id))).toBe('404 session_not_found')
    expect(await page.view()).toMatchObject({ state: 'approved' })
  })

  it('needs a page of the gateway behind a cookie (G73)', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway)
    const page = await waitingPage(gateway, await site(gateway))
    await approve(ada, page)
    for (const change of [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'same-site' }])
      expect(await outcome(revoke(gateway, ada, page.session.session_id, change))).toBe('403 forbidden_origin')
    expect(await page.view()).toMatchObject({ state: 'approved' })
  })
})
