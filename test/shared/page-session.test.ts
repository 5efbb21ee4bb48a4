/** What a login page shows while its session lives: by real connections, with the page's time moved by hand. */
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { followSession, type PanelStatus } from '../../shared/client/page-session.ts'
import type { SessionCreated } from '../../shared/protocol/session-messages.ts'
import { deriveTicket } from '../../shared/protocol/ticket.ts'
import { type FakeGateway, fakeGateway, SECRET } from './fake-gateway.ts'

const KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8'
const SESSION = 'session'

const created: SessionCreated = {
  session_id: SESSION,
  poll_secret: SECRET,
  ticket_key: KEY,
  ticket_period: 30,
  user_code: 'WDJB-MJHT',
  verification_uri: 'https://nod.example/code',
  client: { client_id: 'shop', name: 'Shop', origin: 'https://shop.example' },
  epoch: 'first',
  version: 1,
  state: 'pending',
  now: 1000,
  created_at: 1000,
  expires_at: 1180,
}

interface Page {
  shown: PanelStatus[]
  redirects: string[]
  now(): PanelStatus | undefined
}

function follow({ issuer }: FakeGateway, change: Partial<SessionCreated> = {}): Page {
  const controller = new AbortController()
  const page: Page = { shown: [], redirects: [], now: () => page.shown.at(-1) }
  const handlers = {
    onStatus: (status: PanelStatus) => page.shown.push(status),
    onRedirect: (url: string) => page.redirects.push(url),
  }
  followSession(issuer, { ...created, ...change }, handlers, controller.signal)
  onTestFinished(() => controller.abort())
  return page
}

const until = (assertion: () => void) => vi.waitFor(assertion, { timeout: 10_000, interval: 5 })
const linkOf = async ({ issuer }: FakeGateway, slot: number) =>
  `${issuer}/q#${SESSION}.${await deriveTicket(KEY, SESSION, slot)}`

/** The page's clocks stand still until they are moved. */
const stopClocks = () =>
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'], now: 5_000_000 })

afterEach(() => {
  vi.useRealTimers()
})

describe('the code', () => {
  test('is shown at once, before the gateway was asked anything more', async () => {
    const gateway = await fakeGateway({ socket: 'hangs', poll: 'hangs' })
    const link = await linkOf(gateway, 0)
    const page = follow(gateway)
    await until(() => expect(page.now()).toMatchObject({ kind: 'scan', link, user_code: 'WDJB-MJHT', offline: false }))
  })

  test('turns into the next one when its period ends, by the gateway’s time', async () => {
    const gateway = await fakeGateway()
    const links = await Promise.all([0, 1, 2].map((slot) => linkOf(gateway, slot)))
    stopClocks()
    const page = follow(gateway)
    await until(() => expect(page.now()).toMatchObject({ link: links[0], ends_at: expect.closeTo(5_180_000, -3) }))
    await vi.advanceTimersByTimeAsync(30_100)
    await until(() =>
      expect(page.now()).toMatchObject({ link: links[1], period_ends_at: expect.closeTo(5_060_000, -3) }),
    )
    await vi.advanceTimersByTimeAsync(30_000)
    await until(() => expect(page.now()).toMatchObject({ link: links[2] }))
  })

  test('is the one of the gateway’s time when the page starts late', async () => {
    const gateway = await fakeGateway()
    const link = await linkOf(gateway, 2)
    gateway.setSilently({ now: 1065, version: 2 })
    const page = follow(gateway, { version: 2 })
    await until(() => expect(page.now()).toMatchObject({ kind: 'scan', link }))
  })

  test('is not shown past its end, even when nobody can be asked', async () => {
    const gateway = await fakeGateway({ socket: 'hangs', poll: 'hangs' })
    stopClocks()
    const page = follow(gateway)
    await until(() => expect(page.now()).toMatchObject({ kind: 'scan' }))
    await vi.advanceTimersByTimeAsync(184_000)
    await until(() => expect(page.now()).toEqual({ kind: 'expired' }))
  })

  test('does not come back after a claim was let go until its tickets work again', async () => {
    const gateway = await fakeGateway()
    const links = await Promise.all([0, 1].map((slot) => linkOf(gateway, slot)))
    stopClocks()
    const page = follow(gateway)
    await until(() => expect(gateway.waiting()).toBe(1))
    gateway.set({ version: 2, state: 'claimed', now: 1005 })
    await until(() => expect(page.now()).toMatchObject({ kind: 'claimed' }))
    gateway.set({ version: 3, state: 'pending', now: 1010 })
    const again_at = expect.closeTo(5_020_000, -4)
    await until(() => expect(page.now()).toMatchObject({ kind: 'released', user_code: 'WDJB-MJHT', again_at }))
    await vi.advanceTimersByTimeAsync(30_000)
    await until(() => expect(page.now()).toMatchObject({ kind: 'scan', link: links[1] }))
  })

  test('of a claim that came and went unseen is known to be dead', async () => {
    const gateway = await fakeGateway()
    const page = follow(gateway)
    await until(() => expect(gateway.waiting()).toBe(1))
    gateway.set({ version: 3, state: 'pending', now: 1010 })
    await until(() => expect(page.now()).toMatchObject({ kind: 'released', user_code: 'WDJB-MJHT' }))
  })
})

describe('the page', () => {
  test('shows the number while the session is claimed', async () => {
    const gateway = await fakeGateway()
    const page = follow(gateway)
    await until(() => expect(gateway.waiting()).toBe(1))
    gateway.set({ version: 2, state: 'claimed', match_number: '47' })
    await until(() => expect(page.now()).toMatchObject({ kind: 'claimed', match_number: '47' }))
  })

  test('is sent on once, when approved', async () => {
    const gateway = await fakeGateway()
    const page = follow(gateway)
    await until(() => expect(gateway.waiting()).toBe(1))
    gateway.set({ version: 2, state: 'approved', redirect_to: 'https://shop.example/cb?code=c' })
    await until(() => expect(page.redirects).toEqual(['https://shop.example/cb?code=c']))
    expect(page.now()).toEqual({ kind: 'approved' })
    await until(() => expect(gateway.waiting()).toBe(0))
  })

  test('stays when denied, and knows the way back', async () => {
    const gateway = await fakeGateway()
    const page = follow(gateway)
    await until(() => expect(gateway.waiting()).toBe(1))
    const redirect_to = 'https://shop.example/cb?error=access_denied'
    gateway.set({ version: 2, state: 'denied', redirect_to })
    await until(() => expect(page.now()).toEqual({ kind: 'denied', redirect_to }))
    expect(page.redirects).toEqual([])
  })

  test.each(['expired', 'canceled'] as const)('says that the session is %s', async (state) => {
    const gateway = await fakeGateway()
    const page = follow(gateway)
    await until(() => expect(gateway.waiting()).toBe(1))
    gateway.set({ version: 2, state })
    await until(() => expect(page.now()).toEqual({ kind: state }))
  })

  test('says that it is offline, and no longer says so once it is back', async () => {
    const gateway = await fakeGateway()
    const page = follow(gateway)
    await until(() => expect(gateway.waiting()).toBe(1))
    await gateway.stop()
    await until(() => expect(page.now()).toMatchObject({ kind: 'scan', offline: true }))
    await gateway.start()
    await until(() => expect(page.now()).toMatchObject({ kind: 'scan', offline: false }))
  })

  test('says what is wrong when the gateway does not know it', async () => {
    const gateway = await fakeGateway()
    const page = follow(gateway, { poll_secret: 'wrong' })
    await until(() => expect(page.now()).toMatchObject({ kind: 'failed', code: 'unauthorized', retry: true }))
  })
})
