/**
 * What waits for an answer is on the badge, in a notification and in an open popup, once and not longer than it waits,
 * whatever the browser does to the background: it is ended here in every state, in both browsers.
 */
import { request as passOn } from 'node:http'
import { join } from 'node:path'
import type { Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Claim } from '../../shared/protocol/messages.ts'
import { SESSION_MEDIA_TYPE, type SessionCreated, type SessionView } from '../../shared/protocol/session-messages.ts'
import { type Device, enrolDevice } from '../bench/device.ts'
import { START_PATH } from '../demo/site/routes.ts'
import { kept } from './harness/background.ts'
import { type Attack, type HostileFront, openFront } from './harness/hostile-front.ts'
import type { Profile } from './harness/profile.ts'
import { approve } from './harness/scenes.ts'
import { ADA, Stage } from './harness/stage.ts'
import { fill, linkTo, press, reads, said, useGateway } from './harness/steps.ts'

let stage: Stage
let front: HostileFront
let behind_front: number
let browser: Profile
let phone: Device
let shop: Page
let popup: Page | undefined

beforeAll(async () => {
  stage = await Stage.set({
    settings: { NOD_SESSION_SECONDS: '600', NOD_CLAIM_SECONDS: '300' },
    front: async (port, behind) => {
      behind_front = behind
      front = await openFront(port, behind)
      return front
    },
  })
  browser = await openBrowser()
  await useGateway(browser, stage.gateway.issuer)
  await linkTo(browser, stage.gateway.issuer, ADA)
  phone = await enrolDevice(stage.gateway.issuer, ADA.username, ADA.password)
  shop = await browser.open(stage.shop)
})
afterAll(() => stage?.[Symbol.asyncDispose]())

const openBrowser = (): Promise<Profile> => stage.profile({ kept: join(stage.folder, 'profile') })

const asked: Claim[] = []

/** Nothing waits when the next one begins. */
afterEach(async () => {
  front.turn(null)
  await popup?.close().catch(() => {})
  popup = undefined
  for (const { claim_id } of asked.splice(0)) {
    await fetch(`${stage.gateway.issuer}/v1/claims/${claim_id}`, { method: 'DELETE', headers: phone.headers })
  }
  await nothingWaits()
})

/** A page somewhere that shows a code. */
async function begin(): Promise<SessionCreated> {
  const begun = await fetch(stage.shop + START_PATH, { headers: { accept: SESSION_MEDIA_TYPE } })
  return (await begun.json()) as SessionCreated
}

const look = async ({ session_id, poll_secret }: SessionCreated): Promise<SessionView> => {
  const url = `${stage.gateway.issuer}/v1/sessions/${session_id}?wait=0`
  return (await (await fetch(url, { headers: { authorization: `Bearer ${poll_secret}` } })).json()) as SessionView
}

/** The account's other device has scanned it. */
async function scanned(): Promise<{ session: SessionCreated; claim: Claim }> {
  const session = await begin()
  const claim = await phone.claim({ user_code: session.user_code })
  asked.push(claim)
  return { session, claim }
}

/** The account's other device says yes. */
async function approvedThere({ session, claim }: { session: SessionCreated; claim: Claim }): Promise<void> {
  await phone.approve(claim, (await look(session)).match_number)
}

/** All that a person sees of requests without opening anything. */
const told = async (): Promise<{ badge: string; notifications: number }> => ({
  badge: await browser.badge(),
  notifications: await browser.background.evaluate(async () => Object.keys(await chrome.notifications.getAll()).length),
})

/** Firefox without a desktop has nowhere to show a notification, and forgets each at once. */
const SHOWS_THEM = process.env.NOD_TEST_BROWSER !== 'firefox'
const seen = (badge: string, notifications: number) => ({ badge, notifications: SHOWS_THEM ? notifications : 0 })
const ONE = seen('1', 1)
const NONE = seen('', 0)

/** The alarm that comes every half minute comes soon, the background being dead until it does. */
async function deadUntilTheAlarm(meanwhile: () => Promise<unknown> = async () => {}): Promise<void> {
  await browser.background.evaluate(async () => {
    const alarm = await chrome.alarms.get('inbox')
    if (alarm?.periodInMinutes !== 0.5) throw new Error(`the alarm is ${JSON.stringify(alarm)}`)
    await chrome.alarms.create('inbox', { when: Date.now() + 2500, periodInMinutes: 0.5 })
  })
  await browser.killWorker()
  await meanwhile()
}

async function nothingWaits(): Promise<void> {
  await deadUntilTheAlarm()
  await expect.poll(told).toEqual(NONE)
}

const items = async () => (await kept(browser)).session.inbox?.items ?? []

describe('with nothing open', () => {
  test('a scan elsewhere is told once, however often the background dies, and goes when it is answered there', async () => {
    let scan: Awaited<ReturnType<typeof scanned>>
    await deadUntilTheAlarm(async () => {
      scan = await scanned()
    })
    await expect.poll(told).toEqual(ONE)
    await deadUntilTheAlarm()
    await expect.poll(told).toEqual(ONE)
    expect(await items()).toHaveLength(1)

    await deadUntilTheAlarm(() => approvedThere(scan))
    await expect.poll(told).toEqual(NONE)
    expect(await items()).toEqual([])
  })

  test('a second one is told while the first waits, at once: by the socket', async () => {
    const first = await scanned()
    await deadUntilTheAlarm()
    await expect.poll(told).toEqual(ONE)
    const second = await scanned()
    await expect.poll(told).toEqual(seen('2', 2))
    await approvedThere(first)
    await expect.poll(told).toEqual(ONE)
    await approvedThere(second)
    await expect.poll(told).toEqual(NONE)
  })

  test('one whose time runs out while the gateway is away does not stay on the badge', async () => {
    await scanned()
    await deadUntilTheAlarm()
    await expect.poll(told).toEqual(ONE)
    front.turn({ hits: () => true, by: (request) => request.socket.destroy() })
    await deadUntilTheAlarm()
    // Anew each time: what was on its way to the background may have been kept after it.
    const later = async () => {
      await browser.background.evaluate(async () => {
        const { inbox } = await chrome.storage.session.get('inbox')
        for (const item of inbox.items) item.received_at = Date.now() - 400_000
        await chrome.storage.session.set({ inbox })
        await chrome.alarms.create('inbox', { when: Date.now(), periodInMinutes: 0.5 })
      })
      return told()
    }
    await expect.poll(later, { timeout: 20_000, interval: 1000 }).toEqual(NONE)
  })
})

describe('when the browser itself was closed', () => {
  test('what waited then and what came since is told within 30 s of its start, by nobody’s doing', async () => {
    const first = await scanned()
    await deadUntilTheAlarm()
    await expect.poll(told).toEqual(ONE)
    const before = (await kept(browser)).local

    await browser.close()
    const second = await scanned()
    browser = await openBrowser()
    // Looked at from outside: to ask the background anything would wake it.
    await expect.poll(() => browser.badge(), { timeout: 30_000 }).toBe('2')
    await expect.poll(told).toEqual(seen('2', 2))
    expect((await kept(browser)).local).toEqual(before)

    shop = await browser.open(stage.shop)
    popup = await browser.openPopup(shop)
    await reads(popup, ADA.name)
    await reads(popup, said('ask_title'))
    await approvedThere(first)
    await approvedThere(second)
    await expect.poll(told).toEqual(NONE)
  })
})

describe('with the popup open', () => {
  test('a scan elsewhere shows up at once, also after the background died, and ends as it was answered there', async () => {
    popup = await browser.openPopup(shop)
    await reads(popup, said('popup_nothing'))
    await browser.killWorker()
    const scan = await scanned()
    await reads(popup, said('ask_title'))
    // Who looks at it needs no notification.
    await expect.poll(told).toEqual(seen('1', 0))

    await browser.killWorker()
    await approvedThere(scan)
    await reads(popup, said('ask_done_approved'))
    await expect.poll(told).toEqual(NONE)
  })

  test('killed while a code is being taken: it is taken, once, and as this browser’s own', async () => {
    const session = await begin()
    const claimed = swallowed((method, path) => method === 'POST' && path === '/v1/claims')
    popup = await browser.openPopup(shop)
    await press(popup, 'popup_enter_code')
    await fill(popup, 'code_label', session.user_code)
    await press(popup, 'code_submit')
    await claimed
    await browser.killWorker()
    front.turn(null)

    await reads(popup, said('ask_title'))
    await expect.poll(items).toMatchObject([{ mine: true, phase: { kind: 'asking' } }])
    await expect.poll(told).toEqual(seen('1', 0))
    await approve(popup, (await look(session)).match_number!)
    await reads(popup, said('ask_done_approved'))
    expect((await look(session)).state).toBe('approved')
  })

  test('killed while an answer is on its way: it was given once, and the card says so', async () => {
    const session = await begin()
    popup = await browser.openPopup(shop)
    await press(popup, 'popup_enter_code')
    await fill(popup, 'code_label', session.user_code)
    await press(popup, 'code_submit')
    await reads(popup, said('ask_title'))
    const decided = swallowed((method, path) => method === 'POST' && path.endsWith('/decision'))
    await approve(popup, (await look(session)).match_number!)
    await decided
    await browser.killWorker()
    front.turn(null)

    await reads(popup, said('ask_done_approved'))
    expect((await look(session)).state).toBe('approved')
    await expect.poll(told).toEqual(NONE)
  })
})

/** The next request of this kind reaches the gateway, and its answer reaches nobody. Resolves once it has been given. */
function swallowed(hits: (method: string, path: string) => boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const by: Attack = (request) => {
    const { method, url, headers } = request
    const forwarded = passOn({ host: '127.0.0.1', port: behind_front, method, path: url, headers }, (answer) => {
      answer.resume()
      resolve()
    })
    request.pipe(forwarded)
  }
  front.turn({ hits, by })
  return promise
}

declare const chrome: {
  alarms: {
    get(name: string): Promise<{ periodInMinutes?: number } | undefined>
    create(name: string, when: object): Promise<void>
  }
  notifications: { getAll(): Promise<object> }
  storage: {
    session: {
      get(key: string): Promise<{ inbox: { items: { received_at: number }[] } }>
      set(what: object): Promise<void>
    }
  }
}
