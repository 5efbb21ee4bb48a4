/** Whether a claimed session's page is still there: how its approver learns of it, at what cost, and what it changes. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import { DEVICE_CODE } from '../../gateway/grants/device-code.ts'
import type { Claim, ClaimsView } from '../../shared/protocol/messages.ts'
import type { SessionView } from '../../shared/protocol/session-messages.ts'
import { type Person, person, site, type WaitingPage, waitingPage } from './people.ts'
import { startTestGateway, type TestGateway, testClock } from './support.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

/** Lets everything happen that needs no clock; who waits in vain is told what was not so. */
async function until(check: () => void): Promise<void> {
  for (let patience = 0; ; patience++) {
    try {
      return check()
    } catch (error) {
      if (patience === 2000) throw error
      await turn()
    }
  }
}

/** Seconds, in both clocks. */
async function pass(gateway: TestGateway, seconds: number): Promise<void> {
  gateway.clock.advance(seconds)
  await vi.advanceTimersByTimeAsync(seconds * 1000)
}

function openSocket(gateway: TestGateway, path: string, first: object, headers: Record<string, string> = {}) {
  const url = `${gateway.issuer.replace('http', 'ws')}${path}`
  const socket = new WebSocket(url, { origin: gateway.issuer, headers })
  const frames: ClaimsView[] = []
  socket.on('message', (data) => frames.push(JSON.parse(String(data))))
  socket.on('open', () => socket.send(JSON.stringify({ type: 'watch', ...first })))
  onTestFinished(() => socket.terminate())
  return { socket, frames }
}

const waitBySocket = (gateway: TestGateway, { session }: WaitingPage) =>
  openSocket(gateway, `/v1/sessions/${session.session_id}/socket`, { poll_secret: session.poll_secret })

/** A page that waits by a socket, claimed by a person who looks on. */
async function claimed(settings: Record<string, string> = {}) {
  const clock = testClock()
  // As the system's: not in whole milliseconds.
  const gateway = await startTestGateway(settings, { clock: { ...clock, millis: () => clock.millis() + 0.25 } })
  const ada = await person(gateway)
  const page = await waitingPage(gateway, await site(gateway))
  const { hub } = gateway.deps
  const topic = `session:${page.session.session_id}` as const
  const line = waitBySocket(gateway, page)
  await until(() => expect(line.frames).toHaveLength(1))
  const claim = (await (await ada.claim({ ticket: await page.ticket() })).json()) as Claim
  const inbox = openSocket(gateway, '/v1/claims/socket', {}, { cookie: ada.headers.cookie! })
  await until(() => expect(inbox.frames).toHaveLength(1))
  const attended = (is: boolean) => until(() => expect(hub.listeners(topic) > 0).toBe(is))
  const leave = async () => {
    line.socket.terminate()
    await attended(false)
  }
  return { gateway, ada, page, claim, inbox, attended, leave }
}

const askInbox = async (gateway: TestGateway, ada: Person, query: string): Promise<ClaimsView> =>
  (await gateway.fetch(`/v1/claims?${query}`, { headers: ada.headers })).json() as Promise<ClaimsView>

describe('the approver is told', () => {
  it('and not the one whose device was removed while it held the claim', async () => {
    const { gateway, ada, page, leave } = await claimed()
    const removed = await gateway.fetch(`/v1/devices/${ada.device_id}`, { method: 'DELETE', headers: ada.headers })
    expect(removed.status).toBe(204)
    await pass(gateway, 31)
    const bob = await person(gateway)
    expect((await bob.claim({ ticket: await page.ticket() })).status).toBe(201)
    const inbox = openSocket(gateway, '/v1/claims/socket', {}, { cookie: bob.headers.cookie! })
    await until(() => expect(inbox.frames).toHaveLength(1))
    await leave()
    await pass(gateway, 5)
    await until(() => expect(inbox.frames).toHaveLength(2))
    expect(inbox.frames[1]!.claims).toMatchObject([{ page_present: false }])
  })

  it('that the page waits', async () => {
    const { gateway, claim, inbox } = await claimed()
    expect(claim).toMatchObject({ page_present: true, page_seen_at: gateway.clock.now() })
    expect(inbox.frames).toMatchObject([{ claims: [{ page_present: true }] }])
  })

  it('seconds after it went, when it was last seen, and when it is back', async () => {
    const { gateway, page, inbox, leave } = await claimed()
    const left_at = gateway.clock.now()
    await leave()
    await pass(gateway, 5)
    await until(() => expect(inbox.frames).toHaveLength(2))
    waitBySocket(gateway, page)
    await until(() => expect(inbox.frames).toHaveLength(3))
    expect(inbox.frames.map(({ claims }) => claims[0])).toMatchObject([
      { page_present: true },
      { page_present: false, page_seen_at: left_at },
      { page_present: true, page_seen_at: left_at + 5 },
    ])
    const [versions, stamps] = [inbox.frames.map((one) => one.version), inbox.frames.map((one) => one.presence!)]
    expect(new Set(versions).size, 'no version of the disk has moved').toBe(1)
    expect(stamps).toEqual([...new Set(stamps)].sort())
    expect(stamps.every(Number.isInteger)).toBe(true)
  })

  it('by a held request too, which says what it has by `presence`', async () => {
    const { gateway, ada, inbox, leave } = await claimed()
    const { version, presence } = inbox.frames[0]!
    const held = askInbox(gateway, ada, `after=${version}&presence=${presence}&wait=20`)
    await until(() => expect(gateway.deps.hub.listeners(`inbox:${ada.sub}`)).toBe(2))
    await leave()
    await pass(gateway, 5)
    expect(await held).toMatchObject({ version, claims: [{ page_present: false }] })
  })

  it('and who does not say `presence` is held until there is something else', async () => {
    const { gateway, ada, claim, inbox, leave } = await claimed()
    let answer: ClaimsView | undefined
    void askInbox(gateway, ada, `after=${inbox.frames[0]!.version}&wait=20`).then((view) => {
      answer = view
    })
    await until(() => expect(gateway.deps.hub.listeners(`inbox:${ada.sub}`)).toBe(2))
    await leave()
    await pass(gateway, 5)
    await until(() => expect(inbox.frames).toHaveLength(2))
    expect(answer).toBeUndefined()
    await gateway.fetch(`/v1/claims/${claim.claim_id}`, { method: 'DELETE', headers: ada.headers })
    await until(() => expect(answer).toMatchObject({ claims: [] }))
  })
})

describe('nothing is said', () => {
  it('of a line that is back in a moment', async () => {
    const { gateway, page, inbox, leave, attended } = await claimed()
    await leave()
    await pass(gateway, 4)
    waitBySocket(gateway, page)
    await attended(true)
    await pass(gateway, 10)
    expect(inbox.frames).toHaveLength(1)
  })

  it('of a page that waits by one held request after the other', async () => {
    const { gateway, page, inbox, leave, attended } = await claimed({ NOD_CLAIM_SECONDS: '120' })
    await leave()
    for (let request = 0; request < 3; request++) {
      const held = page.wait('?after=2&wait=20')
      await attended(true)
      await pass(gateway, 10)
      await pass(gateway, 10)
      expect(((await held.then((answer) => answer.json())) as SessionView).version).toBe(2)
      await attended(false)
      await pass(gateway, 1)
    }
    expect(inbox.frames).toHaveLength(1)
  }, 30_000)
})

it('a device that only asks now and then, as RFC 8628 has it, is there until it stops asking', async () => {
  const gateway = await startTestGateway()
  const ada = await person(gateway)
  const { client_id } = await site(gateway, { device_grant: true, confirm: 'tap' })
  const post = (path: string, fields: Record<string, string>) => {
    const init = { method: 'POST', headers: { prefer: 'wait=0' }, body: new URLSearchParams({ client_id, ...fields }) }
    return gateway.fetch(path, init).then((answer) => answer.json() as Promise<Record<string, string>>)
  }
  const { device_code, user_code } = await post('/device_authorization', { scope: 'openid' })
  await ada.claim({ user_code })
  const inbox = openSocket(gateway, '/v1/claims/socket', {}, { cookie: ada.headers.cookie! })
  await until(() => expect(inbox.frames).toHaveLength(1))
  for (let asked = 0; asked < 4; asked++) {
    await pass(gateway, 6)
    expect(await post('/token', { grant_type: DEVICE_CODE, device_code: device_code! })).toMatchObject({
      error: 'authorization_pending',
    })
  }
  expect(inbox.frames).toHaveLength(1)
  await pass(gateway, 15)
  await until(() => expect(inbox.frames.at(-1)?.claims).toMatchObject([{ page_present: false }]))
})

it('costs no write: the files of the database are as they were', async () => {
  const { gateway, page, inbox, leave } = await claimed()
  const wal = async () => (await stat(join(gateway.data, 'nod.db-wal'))).size
  const before = await wal()
  await leave()
  await pass(gateway, 5)
  waitBySocket(gateway, page)
  await until(() => expect(inbox.frames).toHaveLength(3))
  expect(await wal()).toBe(before)
})

it('decides nothing: who approves while the page is away has approved, and the page finds its answer', async () => {
  const { gateway, ada, page, claim, inbox, leave } = await claimed()
  const { match_number } = await page.view()
  await leave()
  await pass(gateway, 5)
  await until(() => expect(inbox.frames.at(-1)?.claims[0]?.page_present).toBe(false))
  const decision = await ada.sign(claim, 'approve', { number: match_number! })
  expect((await ada.send(claim.claim_id, decision)).status).toBe(200)
  expect((await page.view()).redirect_to).toContain('code=')
})

describe('nothing is kept', () => {
  it('once the claim is answered', async () => {
    const { gateway, ada, claim } = await claimed()
    expect(gateway.deps.presence.size()).toBe(1)
    await ada.send(claim.claim_id, await ada.sign(claim, 'deny'))
    expect(gateway.deps.presence.size()).toBe(0)
  })

  it('once its lease is over, however it ended', async () => {
    const { gateway, ada } = await claimed({ NOD_CLAIM_SECONDS: '10' })
    await gateway.fetch(`/v1/devices/${ada.device_id}`, { method: 'DELETE', headers: ada.headers })
    gateway.clock.advance(11)
    await gateway.sweep()
    expect(gateway.deps.presence.size()).toBe(0)
  })
})
