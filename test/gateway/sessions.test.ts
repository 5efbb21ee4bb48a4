/** What a page can do with its session, and what somebody else cannot. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SessionView } from '../../shared/protocol/session-messages.ts'
import { approve, person, site, waitingPage } from './people.ts'
import { startTestGateway, testClock } from './support.ts'

describe('a session', () => {
  it('is made of separate values of at least 128 bit, none of them twice (G02, RFC 10027 §6.1.4)', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    const made = await Promise.all(
      Array.from({ length: 300 }, async () => (await waitingPage(gateway, client)).session),
    )
    for (const member of ['session_id', 'poll_secret', 'ticket_key'] as const) {
      const values = made.map((session) => Buffer.from(session[member], 'base64url'))
      expect(new Set(values.map(String)).size).toBe(made.length)
      expect(Math.min(...values.map((value) => value.length))).toBeGreaterThanOrEqual(16)
      expect(new Set(values.map((value) => value[0])).size).toBeGreaterThan(100)
    }
  })

  it('tells its state to nobody but who holds the poll secret (G01)', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    const page = await waitingPage(gateway, client)
    const other = await waitingPage(gateway, client)
    const ask = (id: string, secret: string) =>
      gateway.fetch(`/v1/sessions/${id}`, { headers: { authorization: `Bearer ${secret}` } })
    const { session_id } = page.session
    const ticket = (await page.ticket()).split('.')[1]!
    const answers = await Promise.all([
      gateway.fetch(`/v1/sessions/${session_id}`),
      gateway.fetch(`/v1/sessions/${session_id}?poll_secret=${page.session.poll_secret}`),
      ask(session_id, session_id),
      ask(session_id, ticket),
      ask(session_id, other.session.poll_secret),
      ask('AAAAAAAAAAAAAAAAAAAAAA', page.session.poll_secret),
    ])
    const bodies = await Promise.all(answers.map(async (answer) => ({ ...(await answer.json()), request_id: '' })))
    expect(answers.map((answer) => answer.status)).toEqual(Array(6).fill(401))
    for (const body of bodies) expect(body).toEqual(bodies[0])
    expect((await ask(session_id, page.session.poll_secret)).status).toBe(200)
  })

  it('refuses in a way that a registered page can read, and no other', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    for (const [origin, shown] of [
      ['https://shop.example', 'https://shop.example'],
      ['https://evil.example', null],
    ] as const) {
      const answer = await gateway.fetch(`/v1/sessions/${page.session.session_id}`, { headers: { origin } })
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([401, shown])
    }
  })

  it('takes a state of 4096 bytes back to the site, whatever they are (G42)', async () => {
    const gateway = await startTestGateway()
    const state = 'é'.repeat(2048)
    const page = await waitingPage(gateway, await site(gateway), { state })
    await approve(await person(gateway), page)
    const { redirect_to } = v.parse(SessionView, await page.view())
    expect(new URL(redirect_to!).searchParams.get('state')).toBe(state)
  })

  it('wakes a held wait at once when it changes, and holds an unchanged one for as long as was asked', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const held = page.wait('?after=1&wait=20')
    await expect.poll(() => gateway.deps.hub.listeners(`session:${page.session.session_id}`)).toBe(1)
    await (await person(gateway)).claim({ ticket: await page.ticket() })
    expect(await (await held).json()).toMatchObject({ state: 'claimed', version: 2 })
    expect(await (await page.wait('?after=2&wait=1')).json()).toMatchObject({ version: 2 })
    await expect.poll(() => gateway.deps.hub.size()).toBe(0)
  })

  it('answers the oldest of three waits, unchanged (G92)', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const listeners = () => gateway.deps.hub.listeners(`session:${page.session.session_id}`)
    const order: number[] = []
    const waits: Promise<Response>[] = []
    for (const i of [0, 1, 2]) {
      const wait = page.wait('?after=1&wait=20')
      void wait.then(() => order.push(i))
      waits.push(wait)
      await expect.poll(listeners).toBe(Math.min(i + 1, 2))
    }
    expect(await (await waits[0]!).json()).toMatchObject({ version: 1, state: 'pending' })
    expect(order).toEqual([0])
    await page.cancel()
    await Promise.all(waits)
  })

  it('frees what a wait held when its client goes away (G92)', async () => {
    const gateway = await startTestGateway()
    const { session } = await waitingPage(gateway, await site(gateway))
    const gone = new AbortController()
    const wait = gateway.fetch(`/v1/sessions/${session.session_id}?after=1&wait=20`, {
      headers: { authorization: `Bearer ${session.poll_secret}` },
      signal: gone.signal,
    })
    await expect.poll(() => gateway.deps.hub.size()).toBe(1)
    gone.abort()
    await expect(wait).rejects.toThrow()
    await expect.poll(() => gateway.deps.hub.size()).toBe(0)
  })

  it('answers at once to a cursor of another epoch', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    expect(await (await page.wait('?after=1&epoch=another&wait=20')).json()).toMatchObject({ version: 1 })
  })

  it('ends by itself when its time is over, and tells who waits (RFC 10027 §6.1.2)', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const held = page.wait('?after=1&wait=20')
    await expect.poll(() => gateway.deps.hub.size()).toBe(1)
    gateway.clock.advance(180)
    expect(await (await held).json()).toMatchObject({ state: 'expired', version: 2 })
  })

  it('can be canceled by its page until it is decided, by header or by beacon, and says how it ended after (G11)', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    const page = await waitingPage(gateway, client)
    const beacon = await gateway.fetch(`/v1/sessions/${page.session.session_id}/cancel`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: JSON.stringify({ poll_secret: page.session.poll_secret }),
    })
    expect(await beacon.json()).toMatchObject({ state: 'canceled' })
    expect((await page.cancel()).status).toBe(200)

    const approved = await waitingPage(gateway, client)
    await approve(await person(gateway), approved)
    const late = await approved.cancel()
    expect(late.status).toBe(409)
    expect(await late.json()).toMatchObject({ error: 'session_conflict', state: 'approved' })
  })

  it('gives the code to the page when approved, with state and iss, and the same code again', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    await approve(await person(gateway), page)
    const first = await page.view()
    const url = new URL(first.redirect_to!)
    expect(url.origin + url.pathname).toBe('https://shop.example/cb')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      code: expect.stringMatching(/^[\w-]{43}$/),
      state: 'a-state',
      iss: gateway.issuer,
    })
    expect((await page.view()).redirect_to).toBe(first.redirect_to)
  })

  it('keeps an approval until the page comes, and starts the life of its code only then', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    await approve(await person(gateway), page)
    const before = (await gateway.deps.store.findSession(page.session.session_id))!
    expect(before.delivered_at).toBeNull()
    expect(before.expires_at).toBe(page.session.expires_at)
    gateway.clock.advance(170)
    const view = await page.view()
    expect(view.redirect_to).toContain('code=')
    expect(view.expires_at).toBe(gateway.clock.now() + 60)
    gateway.clock.advance(60)
    expect(await page.view()).toMatchObject({ state: 'expired' })
    expect((await page.view()).redirect_to).toBeUndefined()
  })

  it('tells a denial to the site as access_denied, with state and iss', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const approver = await person(gateway)
    const claim = await (await approver.claim({ ticket: await page.ticket() })).json()
    await approver.send(claim.claim_id, await approver.sign(claim, 'deny'))
    const url = new URL((await page.view()).redirect_to!)
    expect(Object.fromEntries(url.searchParams)).toEqual({
      error: 'access_denied',
      state: 'a-state',
      iss: gateway.issuer,
    })
  })

  it('learns nothing of the account before approval (G17)', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const approver = await person(gateway)
    await approver.claim({ ticket: await page.ticket() })
    const text = JSON.stringify(await page.view())
    for (const secret of [approver.sub, approver.username, approver.device_id]) expect(text).not.toContain(secret)
  })

  it('survives a restart of the gateway with its code (I2)', async () => {
    const clock = testClock()
    const data = await mkdtemp(join(tmpdir(), 'nod-restart-'))
    onTestFinished(() => rm(data, { recursive: true, force: true }))
    const first = await startTestGateway({}, { clock, data })
    const page = await waitingPage(first, await site(first))
    await approve(await person(first), page)
    const { redirect_to } = await page.view()
    await first.stop()
    const second = await startTestGateway({ NOD_ISSUER: first.issuer }, { clock, data })
    const again = await second.fetch(`http://localhost:${second.port}/v1/sessions/${page.session.session_id}`, {
      headers: { authorization: `Bearer ${page.session.poll_secret}` },
    })
    expect(await again.json()).toMatchObject({ state: 'approved', redirect_to })
  })
})
