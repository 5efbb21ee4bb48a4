/**
 * A gateway that turns on those who trusted it: each call that the extension makes is answered in every bad way we know.
 * What the person gets is a clean error in time; nothing is navigated, nothing run, and all goes on once it is itself.
 */
import type { Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Outcome, RequestInput, RequestName } from '../../extension/messages.ts'
import { SHOP_NAME } from '../demo/shop.ts'
import { kept } from './harness/background.ts'
import { type Attack, type HostileFront, openFront } from './harness/hostile-front.ts'
import { HostileSite } from './harness/hostile-site.ts'
import type { Profile } from './harness/profile.ts'
import { approve, claimByCode, codeOf, greets, numberOf, openLogin } from './harness/scenes.ts'
import { ADA, Stage } from './harness/stage.ts'
import { linkTo, press, reads, said, switchOn, useGateway } from './harness/steps.ts'
import type { Widget } from './harness/widget.ts'

let stage: Stage
let browser: Profile
let front: HostileFront
/** Where a redirect would lead. */
let evil: HostileSite
let widget: Widget
/** The extension's own pages, in tabs: what they ask is what a click in them asks. */
let options: Page
let popup: Page
let account_id: string
let claim_id: string
let tab_id: number

beforeAll(async () => {
  evil = await HostileSite.open()
  stage = await Stage.set({
    settings: { NOD_SESSION_SECONDS: '600', NOD_CLAIM_SECONDS: '600' },
    front: async (port, behind) => {
      front = await openFront(port, behind)
      return front
    },
  })
  browser = await stage.profile()
  await useGateway(browser, stage.gateway.issuer)
  await linkTo(browser, stage.gateway.issuer, ADA)
  await switchOn(browser, SHOP_NAME)
  widget = await openLogin(browser, stage.shop)
  options = await browser.openOwn('options.html')
  popup = await browser.openOwn('popup.html')
  await claimByCode(popup, await codeOf(widget))
  await numberOf(widget)
  const { session } = await kept(browser)
  const [item] = session.inbox!.items
  account_id = item!.account_id
  claim_id = item!.claim.claim_id
  tab_id = Number(Object.keys(session.pages ?? {})[0])
  await browser.background.evaluate(hurry, HURRY)
})
afterAll(async () => {
  front?.turn(null)
  await stage?.[Symbol.asyncDispose]()
  await evil?.close()
})
afterEach(() => front.turn(null))

declare const chrome: { runtime: { sendMessage(message: object): Promise<Outcome> } }

const ask = <N extends RequestName>(page: Page, name: N, input: RequestInput<N>): Promise<Outcome> =>
  page.evaluate((message) => chrome.runtime.sendMessage(message), { name, input })

/** Times run out this much sooner in the background, where a test can wait for them. */
const HURRY = 30

interface Hurried {
  /** Whether pauses between tries are shorter as well. */
  restless: boolean
  /** The longest that was asked for, in milliseconds as the code has them. */
  longest: number
  unhurried: typeof AbortSignal.timeout
}

function hurry(by: number): void {
  const hurried = Object.assign(globalThis as unknown as Hurried, { longest: 0 })
  hurried.unhurried ??= AbortSignal.timeout.bind(AbortSignal)
  AbortSignal.timeout = (ms) => {
    hurried.longest = Math.max(hurried.longest, ms)
    return hurried.unhurried(ms / by)
  }
}

const json =
  (text: string | Buffer, status = 200): Attack =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(text)
  }
const DEEP = 30_000
const HTML = '<!doctype html><title>Nod</title><script>location = "https://evil.test/"</script>'

/** Every way to answer badly at once. */
const ATTACKS: Record<string, Attack> = {
  'with a page': (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(HTML),
  'with a page that says it is JSON': json(HTML),
  'with a page that leads away by itself': (_, response) =>
    response.writeHead(200, { 'content-type': 'text/html', refresh: `0;url=${evil.origin}/refreshed` }).end(HTML),
  'with a redirect to somebody else': (_, response) =>
    response.writeHead(302, { location: `${evil.origin}/redirected` }).end(),
  'with a redirect in a circle': (request, response) => response.writeHead(307, { location: request.url ?? '' }).end(),
  'with a redirect to plain http elsewhere': (_, response) =>
    response.writeHead(308, { location: `http://127.0.0.2:${new URL(evil.origin).port}/downgraded` }).end(),
  'with ten megabytes': json(JSON.stringify({ error: 'x'.repeat(10_000_000), error_description: '' })),
  'with ten megabytes of refusal': json(JSON.stringify({ error: 'x'.repeat(10_000_000), error_description: '' }), 403),
  'with a deep hole': json('['.repeat(DEEP) + ']'.repeat(DEEP)),
  'with a hole that has no end': json('{"a":'.repeat(DEEP)),
  'with nothing': json(''),
  'with null': json('null'),
  'with a list': json('[]'),
  'with wrong types': json(
    JSON.stringify({ issuer: 1, sites: {}, claims: 'x', now: 'x', claim_id: [], link_id: {}, state: 5, version: -1 }),
  ),
  'with a prototype': json('{"__proto__":{"state":"approved"},"constructor":{"prototype":{}}}'),
  'with a refusal of wrong types': json('{"error":{},"error_description":[]}', 400),
  'with bytes that are no text': json(Buffer.from([0xff, 0xfe, 0x00, 0x80])),
  'with half an answer': (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    response.write('{"issuer":')
    setImmediate(() => response.destroy())
  },
  'by hanging up': (request) => request.socket.destroy(),
}

/** These take the patience that the extension has. */
const SLOW: Record<string, Attack> = {
  'not at all': () => {},
  'byte by byte': (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const drip = setInterval(() => response.write(' '), 20)
    response.on('close', () => clearInterval(drip))
  },
}

interface Call {
  hits(method: string, path: string): boolean
  /** What went wrong, as the extension keeps or answers it. */
  make(): Promise<string | undefined>
}

const codeIn = (outcome: Outcome): string | undefined => (outcome.ok ? undefined : outcome.problem.code)
const is = (wanted: string) => (method: string, path: string) => `${method} ${path}` === wanted

async function decide(): Promise<string | undefined> {
  const outcome = await ask(popup, 'decide', { account_id, claim_id, decision: 'deny' })
  const phase = (await kept(browser)).session.inbox?.items.find(({ claim }) => claim.claim_id === claim_id)?.phase
  return codeIn(outcome) ?? (phase?.kind === 'failed' ? phase.problem.code : phase?.kind)
}

const CALLS: Record<string, Call> = {
  'who the gateway is': {
    hits: is('GET /.well-known/openid-configuration'),
    make: async () => codeIn(await ask(options, 'add_gateway', { issuer: stage.gateway.issuer })),
  },
  'which sites there are': {
    hits: is('GET /v1/sites'),
    make: async () => {
      await ask(options, 'refresh_sites', {})
      return (await kept(browser)).local.gateways?.[0]?.sites_problem?.code
    },
  },
  'for somebody’s code': {
    hits: is('POST /v1/claims'),
    make: async () => codeIn(await ask(popup, 'claim_entered', { text: 'BCDF-GHJK', account_id })),
  },
  'what time it is': { hits: (method, path) => method === 'GET' && path === '/v1/claims', make: decide },
  'to take an answer': { hits: (method, path) => method === 'POST' && path.endsWith('/decision'), make: decide },
  'to let go': {
    hits: (method, path) => method === 'DELETE' && path.startsWith('/v1/claims/'),
    make: async () => codeIn(await ask(popup, 'release', { account_id, claim_id })),
  },
  // Last: the request that the others are about ends with it.
  'to begin a sign-in': {
    hits: is('GET /authorize'),
    make: async () => {
      const outcome = await ask(popup, 'renew_page', { tab_id })
      const status = (await kept(browser)).session.pages?.[tab_id]?.status
      return codeIn(outcome) ?? (status?.kind === 'failed' ? status.code : status?.kind)
    },
  },
}

/** Everything that an attack may come to. */
const CLEAN = /^(unreachable|not_a_gateway|start_unreachable|start_elsewhere|start_not_a_session)$/

async function strike(call: Call, by: Attack): Promise<string | undefined> {
  const before = front.struck
  front.turn({ hits: call.hits, by })
  const code = await call.make()
  front.turn(null)
  expect(front.struck, 'it was asked').toBeGreaterThan(before)
  return code
}

describe.each(Object.entries(CALLS))('asked %s', (_, call) => {
  test('a bad answer is an error, and nothing else (X17)', async () => {
    const wrong: string[] = []
    await setHurried({ restless: true })
    for (const [way, by] of Object.entries(ATTACKS)) {
      const code = await strike(call, by)
      if (!CLEAN.test(code ?? '')) wrong.push(`${way}: ${code}`)
    }
    await setHurried({ restless: false })
    expect(wrong).toEqual([])
  })

  test.each(Object.entries(SLOW))('an answer that comes %s is given up within 15 seconds (X17)', async (_, by) => {
    await setHurried({ longest: 0 })
    const began = performance.now()
    expect(await strike(call, by)).toMatch(CLEAN)
    // The clock of the network runs faster, pauses between tries do not: as long as a person waits, and no longer.
    expect(performance.now() - began).toBeLessThan(15_000)
    expect(await longest()).toBeLessThanOrEqual(15_000)
  })
})

const setHurried = (how: Partial<Hurried>): Promise<void> =>
  browser.background.evaluate((how) => void Object.assign(globalThis, how), how)

const longest = (): Promise<number> => browser.background.evaluate(() => (globalThis as unknown as Hurried).longest)

describe('after all that', () => {
  test('nobody was led anywhere, and nothing of it was believed (X17)', async () => {
    // A sign-in begins with redirects, from the site to the gateway; what does not end there is dropped.
    const told = evil.asked.map(({ path, body, headers }) => ({ path, body, token: headers.authorization }))
    expect(told).toEqual(told.map(() => ({ path: '/redirected', body: '', token: undefined })))
    expect(widget.page.url()).toBe(`${stage.shop}/login`)
    // The extension's own pages have `null` for an origin here.
    const urls = (await browser.browser.pages()).map((page) => new URL(page.url()).origin)
    expect(new Set(urls)).toEqual(new Set(['null', stage.shop]))
    expect((await kept(browser)).local.accounts).toMatchObject([{ username: ADA.username }])
  })

  test('an answer that leads to something else than a web page is not followed (X17)', async () => {
    const said = { session_id: 's', epoch: 'e', version: 99, now: 1, expires_at: 4_000_000_000, state: 'approved' }
    for (const redirect_to of ['javascript:alert(1)', 'data:text/html,x', 'http://evil.test/', 'chrome://settings/']) {
      front.turn({
        hits: (_, path) => path.startsWith('/v1/sessions/'),
        by: json(JSON.stringify({ ...said, redirect_to })),
      })
      const before = front.struck
      await ask(popup, 'renew_page', { tab_id })
      const heard = async () => {
        const status = (await kept(browser)).session.pages?.[tab_id]?.status
        return front.struck > before && (status?.kind === 'failed' || (status?.kind === 'scan' && status.offline))
      }
      await expect.poll(heard).toBe(true)
      expect(widget.page.url()).toBe(`${stage.shop}/login`)
      front.turn(null)
    }
  })

  test('the person is signed in as if nothing had been (X17)', async () => {
    await options.close()
    await popup.close()
    await widget.page.reload()
    const again = await browser.openPopup(widget.page)
    await claimByCode(again, await codeOf(widget))
    await approve(again, await numberOf(widget))
    await greets(widget.page, ADA.name)
    await reads(again, said('ask_done_approved'))
    await press(again, 'close')
  })
})
