/** Sites are told when a sign-in of theirs ends (OpenID Connect Back-Channel Logout 1.0), sooner or later, and truly. */
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { createAccounts } from '../../gateway/accounts.ts'
import { DEVICE_CODE } from '../../gateway/grants/device-code.ts'
import { hash } from '../../gateway/secrets.ts'
import { createSessions } from '../../gateway/sessions.ts'
import { createSignIns } from '../../gateway/sign-ins.ts'
import type { ClientRow } from '../../gateway/store/rows.ts'
import { issuedCode, outcome, redeem, redemption } from './codes.ts'
import { type ListeningSite, listeningSite } from './listening-site.ts'
import { approve, type Person, person, site, waitingPage } from './people.ts'
import { recorded } from './record.ts'
import { startTestGateway, type TestGateway } from './support.ts'
import { GRANTS } from './trials.ts'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

interface SignedIn {
  session_id: string
  access_token: string
  id_token: string
  refresh_token?: string
}

const told = (gateway: TestGateway, { origin }: ListeningSite, change: Partial<ClientRow> = {}) =>
  site(gateway, { backchannel_logout_uri: `${origin}/logged-out`, ...change })

async function signedIn(gateway: TestGateway, client: ClientRow, approver: Person): Promise<SignedIn> {
  const code = await issuedCode(gateway, client, approver, { scope: 'openid offline_access' })
  const tokens = (await (await redeem(gateway, redemption(client, code))).json()) as SignedIn
  return { ...tokens, session_id: (await gateway.deps.store.findToken(hash(tokens.access_token)))!.session_id }
}

const signInsOf = ({ deps }: TestGateway) => createSignIns(deps, createSessions(deps))

/** As a person does who signs a browser out from afar. */
const revoke = (gateway: TestGateway, session_id: string, only_sub?: string) =>
  signInsOf(gateway).revokeSignIn(session_id, { type: 'sign_in_revoked', ...(only_sub && { only_sub }) })

const claimsOf = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[1]!, 'base64url').toString())

const tokensThatCame = ({ came }: ListeningSite) =>
  came.map(({ body }) => new URLSearchParams(body).get('logout_token')!)

const userinfo = async (gateway: TestGateway, { access_token }: SignedIn) =>
  (await gateway.fetch('/userinfo', { headers: { authorization: `Bearer ${access_token}` } })).status

describe('a sign-in that a person revokes', () => {
  it.each(['RS256', 'ES256'] as const)(
    'is over, and its site is told by a statement it can check (%s)',
    async (alg) => {
      const gateway = await startTestGateway()
      const shop = await listeningSite()
      const [client, ada] = [await told(gateway, shop, { id_token_signed_response_alg: alg }), await person(gateway)]
      const [one, other] = [await signedIn(gateway, client, ada), await signedIn(gateway, client, ada)]
      expect(await revoke(gateway, one.session_id, ada.sub)).toBe(true)
      expect([await userinfo(gateway, one), await userinfo(gateway, other)]).toEqual([401, 200])
      await expect.poll(() => shop.came.length).toBe(1)
      expect(shop.came[0]).toMatchObject({
        method: 'POST',
        path: '/logged-out',
        type: expect.stringMatching(/^application\/x-www-form-urlencoded\b/),
      })
      // Judged as the specification has it (§2.6), with a library and the published keys.
      const { payload, protectedHeader } = await jwtVerify(
        tokensThatCame(shop)[0]!,
        createRemoteJWKSet(new URL('/jwks', gateway.issuer)),
        {
          issuer: gateway.issuer,
          audience: client.client_id,
          typ: 'logout+jwt',
          algorithms: [alg],
          currentDate: new Date(gateway.clock.millis()),
          requiredClaims: ['iat', 'exp', 'jti', 'sub', 'sid', 'events'],
        },
      )
      expect(protectedHeader.alg).toBe(alg)
      expect(payload).toMatchObject({ sub: ada.sub, sid: claimsOf(one.id_token).sid, events: { [EVENT]: {} } })
      expect(payload).not.toHaveProperty('nonce')
      expect(payload.exp! - payload.iat!).toBeLessThanOrEqual(120)
      expect(recorded(gateway, 'sign_in_revoked')).toMatchObject([{ sub: ada.sub }])
    },
  )

  it('is its own account’s alone: for another it is not there (I14)', async () => {
    const gateway = await startTestGateway()
    const shop = await listeningSite()
    const [client, ada, bob] = [await told(gateway, shop), await person(gateway), await person(gateway)]
    const one = await signedIn(gateway, client, ada)
    expect(await revoke(gateway, one.session_id, bob.sub)).toBe(false)
    expect(await revoke(gateway, 'unknown', bob.sub)).toBe(false)
    expect(await userinfo(gateway, one)).toBe(200)
    await gateway.sweep()
    expect(shop.came).toEqual([])
  })

  it('is revoked once, however often it is asked for', async () => {
    const gateway = await startTestGateway()
    const shop = await listeningSite()
    const [client, ada] = [await told(gateway, shop), await person(gateway)]
    const { session_id } = await signedIn(gateway, client, ada)
    expect(await Promise.all([1, 2, 3].map(() => revoke(gateway, session_id)))).toEqual([true, true, true])
    await expect.poll(() => recorded(gateway, 'site_told_of_logout').length).toBe(1)
    await gateway.sweep()
    expect([shop.came.length, recorded(gateway, 'sign_in_revoked').length]).toEqual([1, 1])
  })

  it('whose code nobody has collected yet gives none (SECURITY 17)', async () => {
    const gateway = await startTestGateway()
    const [client, ada, bob] = [await site(gateway), await person(gateway), await person(gateway)]
    const page = await waitingPage(gateway, client)
    await approve(ada, page)
    const code = new URL((await page.view()).redirect_to!).searchParams.get('code')!
    expect(await revoke(gateway, page.session.session_id, bob.sub)).toBe(false)
    expect(await revoke(gateway, page.session.session_id, ada.sub)).toBe(true)
    expect(await outcome(redeem(gateway, redemption(client, code)))).toBe('400 invalid_grant')
    expect(await page.view()).toMatchObject({ state: 'canceled' })
  })

  it('of a device brings no tokens back by asking again (RFC 8628)', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway, { device_grant: true })
    const params = await GRANTS[DEVICE_CODE]!({ gateway, client, approver: await person(gateway), scope: 'openid' })
    const { access_token } = (await (await redeem(gateway, params)).json()) as SignedIn
    const { session_id } = (await gateway.deps.store.findToken(hash(access_token)))!
    await revoke(gateway, session_id)
    expect(await outcome(redeem(gateway, params))).toBe('400 invalid_grant')
  })
})

describe('a site is told too', () => {
  it('when its person’s account is disabled or removed, of each sign-in there is', async () => {
    for (const end of ['disable', 'remove'] as const) {
      const gateway = await startTestGateway()
      const shop = await listeningSite()
      const [client, silent, ada] = [await told(gateway, shop), await site(gateway), await person(gateway)]
      const sids = [await signedIn(gateway, client, ada), await signedIn(gateway, client, ada)].map(
        ({ id_token }) => claimsOf(id_token).sid,
      )
      await signedIn(gateway, silent, ada)
      expect(await createAccounts(gateway.deps)[end](ada.username)).toBe(true)
      await expect.poll(() => shop.came.length).toBe(2)
      const came = tokensThatCame(shop).map(claimsOf)
      expect(came.map(({ sid }) => sid).sort()).toEqual(sids.sort())
      expect(came.map(({ sub }) => sub)).toEqual([ada.sub, ada.sub])
    }
  })

  it('when a code is redeemed twice, since one of the two was not the site (RFC 10027 §6.1.6)', async () => {
    const gateway = await startTestGateway()
    const shop = await listeningSite()
    const client = await told(gateway, shop)
    const params = redemption(client, await issuedCode(gateway, client, await person(gateway)))
    await redeem(gateway, params)
    await redeem(gateway, params)
    await expect.poll(() => shop.came.length).toBe(1)
  })

  it('and not when it asked for the logout itself', async () => {
    const gateway = await startTestGateway()
    const shop = await listeningSite()
    const client = await told(gateway, shop)
    const { id_token } = await signedIn(gateway, client, await person(gateway))
    await gateway.fetch(`/logout?id_token_hint=${id_token}`)
    await gateway.sweep()
    expect(await gateway.deps.store.dueLogoutNotices(gateway.clock.now(), 9)).toEqual([])
  })
})

describe('a notice that does not arrive', () => {
  /** Waits until so many deliveries have been tried, and what came of the last is stored. */
  async function tried(gateway: TestGateway, shop: ListeningSite, times: number): Promise<void> {
    await gateway.sweep()
    await expect.poll(() => shop.came.length).toBe(times)
    await expect.poll(async () => gateway.deps.store.dueLogoutNotices(gateway.clock.now(), 9)).toEqual([])
  }

  it('is sent again after longer and longer pauses, each time anew, and given up in the end', async () => {
    const gateway = await startTestGateway()
    const shop = await listeningSite(() => ({ status: 503 }))
    const client = await told(gateway, shop)
    const { session_id } = await signedIn(gateway, client, await person(gateway))
    await revoke(gateway, session_id)
    await tried(gateway, shop, 1)
    for (const [i, pause] of [5, 30, 120, 600].entries()) {
      gateway.clock.advance(pause - 1)
      await gateway.sweep()
      gateway.clock.advance(1)
      await tried(gateway, shop, i + 2)
    }
    await expect.poll(() => recorded(gateway, 'site_not_told_of_logout').length).toBe(1)
    gateway.clock.advance(86_400)
    await gateway.sweep()
    const statements = tokensThatCame(shop).map(claimsOf)
    expect(statements).toHaveLength(5)
    expect(new Set(statements.map(({ jti }) => jti)).size).toBe(5)
  })

  it('is not sent again once the site has said no, and is led nowhere else (§2.8)', async () => {
    const elsewhere = await listeningSite()
    for (const said of [{ status: 400 }, { status: 404 }, { status: 307, location: `${elsewhere.origin}/x` }]) {
      const gateway = await startTestGateway()
      const shop = await listeningSite(() => said)
      const { session_id } = await signedIn(gateway, await told(gateway, shop), await person(gateway))
      await revoke(gateway, session_id)
      await expect.poll(() => recorded(gateway, 'site_not_told_of_logout').length).toBe(1)
      gateway.clock.advance(86_400)
      await gateway.sweep()
      expect(shop.came).toHaveLength(1)
    }
    expect(elsewhere.came).toEqual([])
  })

  it('holds nobody up: a site that never answers, nor a gateway that stops meanwhile', async () => {
    const gateway = await startTestGateway()
    const [dead, shop] = [await listeningSite(() => ({ silent: true })), await listeningSite()]
    const ada = await person(gateway)
    const at_dead = await signedIn(gateway, await told(gateway, dead), ada)
    const at_shop = await signedIn(gateway, await told(gateway, shop), ada)
    await revoke(gateway, at_dead.session_id)
    await expect.poll(() => dead.came.length).toBe(1)
    await revoke(gateway, at_shop.session_id)
    await expect.poll(() => shop.came.length).toBe(1)
    const started = performance.now()
    await gateway.stop()
    expect(performance.now() - started).toBeLessThan(3000)
  })

  it('outlives the gateway: it is on the list before the end of the sign-in is told to anybody (I2)', async () => {
    const gateway = await startTestGateway()
    const shop = await listeningSite(() => ({ silent: true }))
    const { session_id } = await signedIn(gateway, await told(gateway, shop), await person(gateway))
    await revoke(gateway, session_id)
    await expect.poll(() => shop.came.length).toBe(1)
    await gateway.stop()
    await startTestGateway({ NOD_ISSUER: gateway.issuer }, { data: gateway.data, clock: gateway.clock })
    await expect.poll(() => shop.came.length).toBe(2)
  })
})
