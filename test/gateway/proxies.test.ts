/**
 * What stands between a page and its gateway costs delay and never the sign-in: the page's own code, a real gateway, and
 * between them proxies that do to it what proxies do.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Liveness } from '../../shared/client/follow.ts'
import { watchSession } from '../../shared/client/watch.ts'
import type { Claim } from '../../shared/protocol/messages.ts'
import type { SessionView } from '../../shared/protocol/session-messages.ts'
import { type Person, person, site, type WaitingPage, waitingPage } from './people.ts'
import { type Manner, type Middleman, startProxy } from './proxy.ts'
import { startTestGateway, type TestGateway } from './support.ts'

let issuer = ''
beforeEach(() => {
  // A browser says whose page opens a socket.
  const Plain = globalThis.WebSocket as unknown as new (url: string, options: object) => WebSocket
  vi.stubGlobal(
    'WebSocket',
    class extends Plain {
      constructor(url: string) {
        super(url, { headers: { origin: issuer } })
      }
    },
  )
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

interface Scene {
  proxy: Middleman
  gateway: TestGateway
  ada: Person
  page: WaitingPage
  views: SessionView[]
  liveness: Liveness[]
}

/** A page that waits behind such a proxy. */
async function behind(manner: Manner): Promise<Scene> {
  const proxy = await startProxy(manner)
  issuer = proxy.origin
  const direct = await startTestGateway({ NOD_ISSUER: issuer, NOD_PORT: String(proxy.port) })
  const fetchThrough = (path: string, init?: RequestInit) =>
    fetch(new URL(path, issuer), { redirect: 'manual', ...init })
  const gateway = { ...direct, issuer, fetch: fetchThrough }
  const ada = await person(gateway)
  const page = await waitingPage(gateway, await site(gateway))
  const [views, liveness]: [SessionView[], Liveness[]] = [[], []]
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  const { session_id, poll_secret } = page.session
  const handlers = {
    onView: (view: SessionView) => views.push(view),
    onLiveness: (now: Liveness) => liveness.push(now),
    onRefused: (error: Error) => expect.unreachable(String(error)),
  }
  watchSession(issuer, session_id, poll_secret, handlers, stop.signal)
  return { proxy, gateway, ada, page, views, liveness }
}

const until = (assertion: () => void, timeout = 15_000) => vi.waitFor(assertion, { timeout, interval: 20 })
const isWaiting = ({ gateway, page }: Scene) =>
  until(() => expect(gateway.deps.hub.listeners(`session:${page.session.session_id}`)).toBeGreaterThan(0))

/** The rest of the sign-in, in which the page hears each thing once. */
async function completes({ ada, page, views }: Scene): Promise<void> {
  const claim = (await (await ada.claim({ ticket: await page.ticket() })).json()) as Claim
  await until(() => expect(views.at(-1)?.match_number).toMatch(/^\d\d$/))
  const decision = await ada.sign(claim, 'approve', { number: views.at(-1)!.match_number! })
  expect((await ada.send(claim.claim_id, decision)).status).toBe(200)
  await until(() => expect(views.at(-1)?.redirect_to).toContain('code='))
  expect(views.map(({ version, state }) => [version, state])).toEqual([
    [1, 'pending'],
    [2, 'claimed'],
    [3, 'approved'],
  ])
}

it('a proxy that passes all on: one socket is all there is', async () => {
  const scene = await behind('passes all on')
  await isWaiting(scene)
  await completes(scene)
  expect(scene.proxy.asked).toEqual(['socket'])
})

describe('an upgrade that does not come through (F10)', () => {
  it.each(['strips Upgrade', 'answers upgrades with 400', 'lets upgrades hang', 'buffers'] as const)(
    'a proxy that %s: held requests within five seconds, and the sign-in',
    async (manner) => {
      const began = performance.now()
      const scene = await behind(manner)
      await until(() => expect(scene.proxy.asked).toContain('poll?wait=0'))
      expect(performance.now() - began).toBeLessThan(10_000)
      expect(scene.proxy.asked.slice(0, 2)).toEqual(['socket', 'poll?wait=0'])
      await isWaiting(scene)
      await completes(scene)
      expect(scene.liveness).not.toContain('offline')
    },
  )
})

describe('a proxy that lets nothing be held for long (F10)', () => {
  it.each(['cuts after a while', 'answers 504 after a while'] as const)(
    'one that %s: requests are held for less, and then nothing is cut',
    async (manner) => {
      const scene = await behind(manner)
      const { proxy, views, liveness } = scene
      const shorter = () => proxy.asked.filter((one) => one.includes('wait=2&'))
      await until(() => expect(shorter().length).toBeGreaterThan(2), 25_000)
      expect(
        proxy.asked.filter((one) => one.includes('wait=25')),
        'cut once',
      ).toHaveLength(1)
      expect(views.map(({ version }) => version)).toEqual([1])
      expect(liveness).not.toContain('offline')
      await completes(scene)
    },
    40_000,
  )
})

it('a proxy whose gateway is away answers 502: the page waits, and goes on when it is back (F10)', async () => {
  const scene = await behind('answers 502')
  await until(() => expect(scene.liveness.at(-1)).toBe('offline'))
  scene.proxy.manner = 'passes all on'
  await isWaiting(scene)
  await completes(scene)
  expect(scene.proxy.asked.at(-1)).toBe('socket')
})

describe('a line that swallows everything, without a word (F12)', () => {
  it('is noticed by the page within 45 seconds, and what was approved meanwhile comes soon after it works again', async () => {
    // The clocks of page and gateway are moved by hand; only an exchange's own time limit runs in real time.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
    const scene = await behind('passes all on')
    const { proxy, liveness, views, ada, page } = scene
    await isWaiting(scene)
    await until(() => expect(views).toHaveLength(1))
    const claim = (await (await ada.claim({ ticket: await page.ticket() })).json()) as Claim
    await until(() => expect(views).toHaveLength(2))

    proxy.manner = 'drops everything'
    const decision = await ada.sign(claim, 'approve', { number: views[1]!.match_number! })
    expect((await ada.send(claim.claim_id, decision)).status).toBe(200)
    let seconds = 0
    const pass = async () => {
      const step = proxy.open > 0 ? 0.05 : 1
      seconds += step
      await vi.advanceTimersByTimeAsync(step * 1000)
      await delay(proxy.open > 0 ? 50 : 10)
    }
    while (liveness.at(-1) !== 'offline') await pass()
    expect(seconds).toBeLessThan(45)

    const { hub } = scene.gateway.deps
    while (hub.size() > 0) await pass()
    expect(seconds, 'the gateway has let go of the dead line').toBeLessThan(60)

    proxy.manner = 'passes all on'
    const healed_at = seconds
    while (!views.at(-1)?.redirect_to) await pass()
    expect(seconds - healed_at).toBeLessThan(60)
    expect(views.map(({ version }) => version)).toEqual([1, 2, 3])
  }, 60_000)
})
