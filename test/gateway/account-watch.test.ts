/** Watching one's own account: its version grows with everything it can see of itself, and who waits is woken by that. */
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createAccounts } from '../../gateway/accounts.ts'
import { openStore } from '../../gateway/store/sqlite.ts'
import type { AccountView } from '../../shared/protocol/account.ts'
import type { Claim } from '../../shared/protocol/messages.ts'
import { authenticator } from './authenticator.ts'
import { issuedCode, outcome, redeem, redemption } from './codes.ts'
import { addOptions, post } from './held-passkey.ts'
import { extension } from './linking.ts'
import { listeningSite } from './listening-site.ts'
import { approve, enrol, memoryKey, PASSWORD, pageHeaders, person, signIn, site, waitingPage } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

type Headers = Record<string, string>

const view = async (gateway: TestGateway, headers: Headers, query = ''): Promise<AccountView> =>
  (await gateway.fetch(`/v1/account${query}`, { headers })).json() as Promise<AccountView>

/** Waits as another browser of the account does, signed in and no device; whether a change wakes it, and to what. */
async function woken(gateway: TestGateway, headers: Headers, change: () => Promise<unknown>): Promise<boolean> {
  const { sub } = (await (await gateway.fetch('/v1/me', { headers })).json()) as { sub: string }
  const { version, epoch } = await view(gateway, headers)
  const held = view(gateway, headers, `?after=${version}&epoch=${epoch}&wait=20`)
  await expect.poll(() => gateway.deps.hub.listeners(`inbox:${sub}`)).toBe(1)
  const started = performance.now()
  await change()
  const seen = await held
  return seen.version > version && performance.now() - started < 10_000
}

async function scene() {
  const gateway = await startTestGateway()
  const ada = await person(gateway, 'ada')
  const other = pageHeaders(gateway, await signIn(gateway, 'ada'))
  return { gateway, ada, other }
}

describe('who watches the account', () => {
  it('is told who it is and how new that is, a browser that is no device too', async () => {
    const { gateway, other } = await scene()
    expect(await view(gateway, other)).toEqual({
      epoch: gateway.deps.store.epoch,
      version: expect.any(Number),
      now: gateway.clock.now(),
      username: 'ada',
      name: 'ada',
      has_password: true,
    })
    expect(await outcome(gateway.fetch('/v1/account'))).toBe('401 sign_in_required')
  })

  it('sees a request come and go, and the browser that was let in', async () => {
    const { gateway, ada, other } = await scene()
    const client = await site(gateway)
    const page = await waitingPage(gateway, client)
    let claim: Claim | undefined
    const claiming = async () => {
      claim = (await (await ada.claim({ ticket: await page.ticket() })).json()) as Claim
    }
    expect(await woken(gateway, other, claiming)).toBe(true)
    const { match_number } = await page.view()
    const approving = async () =>
      ada.send(claim!.claim_id, await ada.sign(claim!, 'approve', { number: match_number! }))
    expect(await woken(gateway, other, approving)).toBe(true)
    const code = new URL((await page.view()).redirect_to!).searchParams.get('code')!
    expect(await woken(gateway, other, () => redeem(gateway, redemption(client, code)))).toBe(true)
  })

  it('sees a browser signed out from afar, and that its site was told', async () => {
    const { gateway, ada, other } = await scene()
    let status = 503
    const shop = await listeningSite(() => ({ status }))
    const client = await site(gateway, { backchannel_logout_uri: `${shop.origin}/out` })
    await redeem(gateway, redemption(client, await issuedCode(gateway, client, ada)))
    const { sign_ins } = (await (await gateway.fetch('/v1/sign-ins', { headers: other })).json()) as {
      sign_ins: { session_id: string }[]
    }
    const path = `/v1/activity/${sign_ins[0]!.session_id}/revoke`
    const revoking = () => gateway.fetch(path, { method: 'POST', headers: ada.headers })
    expect(await woken(gateway, other, revoking)).toBe(true)
    // It did not take notice at first, and is told again after a pause.
    const waiting = async () => (await gateway.deps.store.dueLogoutNotices(gateway.clock.now() + 5, 9))[0]?.attempts
    await expect.poll(waiting).toBe(1)
    status = 200
    const telling = async () => {
      gateway.clock.advance(5)
      await gateway.sweep()
    }
    expect(await woken(gateway, other, telling)).toBe(true)
  })

  it('sees devices come and go', async () => {
    const { gateway, ada, other } = await scene()
    const third = pageHeaders(gateway, await signIn(gateway, 'ada'))
    let device_id = ''
    const enrolling = async () => {
      device_id = await enrol(gateway, ada.sub, third, await memoryKey())
    }
    expect(await woken(gateway, other, enrolling)).toBe(true)
    const removing = (id: string) => () =>
      gateway.fetch(`/v1/devices/${id}`, { method: 'DELETE', headers: ada.headers })
    expect(await woken(gateway, other, removing(device_id))).toBe(true)
    const { link } = await extension(gateway)
    const accepting = () => gateway.fetch(`/v1/links/${link.link_id}/accept`, { method: 'POST', headers: ada.headers })
    expect(await woken(gateway, other, accepting)).toBe(true)
  })

  it('sees passkeys come, get another name, and go', async () => {
    const { gateway, ada, other } = await scene()
    const held = authenticator(gateway.issuer)
    const passkey = held.register(await addOptions(gateway, ada.headers))
    const path = `/v1/me/passkeys/${held.id}`
    const body = JSON.stringify({ name: 'Phone' })
    const steps = [
      () => post(gateway, '/v1/me/passkeys', ada.headers, { name: 'Laptop', passkey }),
      () => gateway.fetch(path, { method: 'PATCH', headers: ada.headers, body }),
      () => gateway.fetch(path, { method: 'DELETE', headers: ada.headers }),
    ]
    for (const step of steps) expect(await woken(gateway, other, step)).toBe(true)
  })

  it('sees somebody try a password, sign in, change the password', async () => {
    const { gateway, ada, other } = await scene()
    const attempt = (password: string) =>
      post(gateway, '/v1/sign-in', pageHeaders(gateway), { username: 'ada', password })
    expect(await woken(gateway, other, () => attempt('not it at all'))).toBe(true)
    expect(await woken(gateway, other, () => attempt(PASSWORD))).toBe(true)
    // Signs `other` out as well, so it is the one who changed it that watches.
    const changing = () => post(gateway, '/v1/me/password', ada.headers, { new_password: 'another long password' })
    expect(await woken(gateway, ada.headers, changing)).toBe(true)
  })

  it('hears of what a command beside the gateway did', async () => {
    const { gateway, ada, other } = await scene()
    const { version } = await view(gateway, other)
    const held = gateway.fetch(`/v1/account?after=${version}&wait=20`, { headers: other })
    await expect.poll(() => gateway.deps.hub.listeners(`inbox:${ada.sub}`)).toBe(1)
    // As `nod user disable` does it: by connections of its own, so that no wake-up of this process can help.
    const beside = openStore(gateway.data, { exclusive: false, onFatal: console.error })
    await createAccounts({ store: beside, clock: gateway.clock }).disable('ada')
    await beside.close()
    expect(await outcome(held)).toBe('401 sign_in_required')
  })

  it('is not woken by what others do, nor by reading (I14)', async () => {
    const { gateway, ada, other } = await scene()
    const { version } = await view(gateway, other)
    const bob = await person(gateway, 'bob')
    await approve(bob, await waitingPage(gateway, await site(gateway)))
    gateway.clock.advance(3600)
    for (const path of ['/v1/me', '/v1/devices', '/v1/activity', '/v1/sign-ins', '/v1/me/passkeys'])
      expect((await gateway.fetch(path, { headers: ada.headers })).status).toBe(200)
    // The last use is noted without waking anybody: else each look would lead to the next.
    await expect
      .poll(async () => (await gateway.deps.store.findDevice(ada.device_id))!.last_used_at)
      .toBe(gateway.clock.now())
    expect((await view(gateway, other)).version).toBe(version)
  })

  it('is told nothing more once it is signed out or revoked', async () => {
    const { gateway, ada, other } = await scene()
    for (const headers of [other, ada.headers]) {
      const { version } = await view(gateway, headers)
      const held = gateway.fetch(`/v1/account?after=${version}&wait=20`, { headers })
      await expect.poll(() => gateway.deps.hub.listeners(`inbox:${ada.sub}`)).toBe(1)
      await gateway.fetch('/v1/sign-out', { method: 'POST', headers })
      expect(await outcome(held)).toBe('401 sign_in_required')
    }
  })
})

describe("the account's socket", () => {
  /** Its frames so far, and how it closes. */
  async function open(gateway: TestGateway, first: object, headers: Headers) {
    const socket = new WebSocket(`${gateway.issuer.replace('http', 'ws')}/v1/account/socket`, { headers })
    const frames: Record<string, unknown>[] = []
    socket.on('message', (data) => frames.push(JSON.parse(String(data))))
    socket.on('open', () => socket.send(JSON.stringify({ type: 'watch', ...first })))
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    const refused = new Promise<number>((resolve) => {
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
      socket.once('error', () => {})
    })
    return { socket, frames, closed, refused }
  }

  it('says the same as the long-poll, with the cookie on a page of the gateway or a device’s token', async () => {
    const { gateway, ada, other } = await scene()
    const { link, view: linked } = await extension(gateway)
    await gateway.fetch(`/v1/links/${link.link_id}/accept`, { method: 'POST', headers: ada.headers })
    const { device_token } = await linked()
    const by_cookie = await open(gateway, {}, { cookie: other.cookie!, origin: gateway.issuer })
    const by_token = await open(gateway, { device_token }, { origin: 'chrome-extension://abcdef' })
    await expect.poll(() => [by_cookie.frames.length, by_token.frames.length]).toEqual([1, 1])
    const now = await view(gateway, other)
    for (const { frames } of [by_cookie, by_token]) expect(frames[0]).toEqual({ type: 'account', ...now })
    await approve(ada, await waitingPage(gateway, await site(gateway)))
    await expect.poll(() => by_token.frames.at(-1)).toEqual({ type: 'account', ...(await view(gateway, other)) })
    await gateway.fetch('/v1/sign-out', { method: 'POST', headers: other })
    expect(await by_cookie.closed).toBe(4401)
    by_token.socket.close()
  })

  it('is for nobody else: no cookie from elsewhere, no token from a page, no other origin', async () => {
    const { gateway, other } = await scene()
    const cookie = other.cookie!
    const answers = [
      await open(gateway, {}, { cookie, origin: 'chrome-extension://abcdef' }),
      await open(gateway, {}, { cookie }),
      await open(gateway, {}, { origin: gateway.issuer }),
      await open(gateway, { device_token: 'A'.repeat(43) }, {}),
      await open(gateway, { device_token: 'A'.repeat(43) }, { cookie, origin: gateway.issuer }),
    ]
    for (const { closed } of answers) expect(await closed).toBe(4401)
    expect(await (await open(gateway, {}, { cookie, origin: 'https://evil.example' })).refused).toBe(403)
  })
})
