/**
 * The judge is openid-client as a television: it polls as RFC 8628 has it and knows nothing of held polls. Its own waits
 * are the only ones here; what it must find in mid-poll is arranged, not waited for.
 */
import * as oidc from 'openid-client'
import { expect } from 'vitest'
import type { Registration } from '../../gateway/clients.ts'
import type { Claim } from '../../shared/protocol/messages.ts'
import { type Person, person } from '../gateway/people.ts'
import type { TestGateway } from '../gateway/support.ts'
import { startInRealTime } from './real-time.ts'
import { registered } from './registration.ts'
import { shows } from './requirement.ts'

const TELEVISION: Partial<Registration> = {
  name: 'Television',
  redirect_uris: [],
  device_grant: true,
  confirm: 'tap',
}

/** What the token endpoint answered, in order: 'ok' or the error. */
type Answers = string[]

interface Television {
  server: oidc.Configuration
  codes: oidc.DeviceAuthorizationResponse
  answers: Answers
  /** The session behind the codes, which an RFC 8628 client ignores. */
  session_id: string
  poll(): Promise<oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers>
}

/** `reach` stands between the library and the network: it resolves when a request may go out. */
async function television(
  gateway: TestGateway,
  change: Partial<Registration> = {},
  reach = async () => {},
): Promise<Television> {
  const { client, client_secret } = await registered(gateway, { ...TELEVISION, ...change })
  const authentication = oidc.ClientSecretBasic(client_secret!)
  const server = await oidc.discovery(new URL(gateway.issuer), client.client_id, {}, authentication, {
    execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks],
  })
  const answers: Answers = []
  server[oidc.customFetch] = async (url, init) => {
    await reach()
    const answer = await fetch(url, init as RequestInit)
    if (url.endsWith('/token')) answers.push(((await answer.clone().json()) as { error?: string }).error ?? 'ok')
    return answer
  }
  const codes = await oidc.initiateDeviceAuthorization(server, { scope: 'openid profile' })
  const poll = () => oidc.pollDeviceAuthorizationGrant(server, codes)
  return { server, codes, answers, session_id: codes.session_id as string, poll }
}

async function claimOf(approver: Person, { codes }: Television): Promise<Claim> {
  const claimed = await approver.claim({ user_code: codes.user_code })
  expect(claimed.status).toBe(201)
  return claimed.json() as Promise<Claim>
}

async function decide(approver: Person, claim: Claim, decision: 'approve' | 'deny'): Promise<void> {
  expect((await approver.send(claim.claim_id, await approver.sign(claim, decision))).status).toBe(200)
}

const isHeld = (gateway: TestGateway, { session_id }: Television) =>
  expect.poll(() => gateway.deps.hub.listeners(`session:${session_id}`), { interval: 5, timeout: 10_000 }).toBe(1)

shows('device', 'RFC 8628 §3.5', 'openid-client gets its tokens from the poll that was held', async () => {
  const gateway = await startInRealTime()
  const [approver, tv] = [await person(gateway), await television(gateway)]
  const polling = tv.poll()
  await isHeld(gateway, tv)
  await decide(approver, await claimOf(approver, tv), 'approve')
  const tokens = await polling
  expect(tokens.claims()).toMatchObject({ sub: approver.sub })
  expect(tokens.refresh_token).toBeUndefined()
  expect(tv.answers).toEqual(['ok'])
  await oidc.fetchUserInfo(tv.server, tokens.access_token, approver.sub)
})

shows('device', 'RFC 8628 §3.2', 'openid-client shows a code that a person can type, and a link with it', async () => {
  const gateway = await startInRealTime()
  const { codes } = await television(gateway)
  expect(codes.verification_uri).toBe(`${gateway.issuer}/code`)
  expect(codes.verification_uri_complete).toBe(`${codes.verification_uri}#${codes.user_code}`)
  expect((await gateway.fetch(codes.verification_uri)).status).toBe(200)
})

shows('device', 'RFC 8628 §3.5', 'openid-client is told at once when the person denies', async () => {
  const gateway = await startInRealTime()
  const [approver, tv] = [await person(gateway), await television(gateway)]
  const polling = expect(tv.poll()).rejects.toMatchObject({ error: 'access_denied', status: 400 })
  await isHeld(gateway, tv)
  await decide(approver, await claimOf(approver, tv), 'deny')
  await polling
  expect(tv.answers).toEqual(['access_denied'])
})

shows('device', 'RFC 8628 §3.5', 'openid-client is never asked to slow down, however short the hold', async () => {
  const gateway = await startInRealTime({ settings: { NOD_HOLD_SECONDS: '1' } })
  const [approver, tv] = [await person(gateway), await television(gateway)]
  const polling = tv.poll()
  const claim = await claimOf(approver, tv)
  await expect.poll(() => tv.answers.length, { interval: 5, timeout: 10_000 }).toBe(2)
  await decide(approver, claim, 'approve')
  expect((await polling).claims()).toMatchObject({ sub: approver.sub })
  expect(tv.answers).toEqual(['authorization_pending', 'authorization_pending', 'ok'])
})

shows('device', 'RFC 8628 §3.5', 'openid-client gets its answer across a restart in mid-poll', async () => {
  const before = await startInRealTime()
  let up = Promise.resolve()
  const [approver, tv] = [await person(before), await television(before, {}, () => up)]
  const claim = await claimOf(approver, tv)
  const polling = tv.poll()
  await isHeld(before, tv)
  const { promise, resolve: isUp } = Promise.withResolvers<void>()
  up = promise
  await before.stop()
  await expect.poll(() => tv.answers).toEqual(['authorization_pending'])
  const settings = { NOD_ISSUER: before.issuer, NOD_PORT: String(before.port) }
  const after = await startInRealTime({ data: before.data, settings })
  isUp()
  await isHeld(after, tv)
  await decide(approver, claim, 'approve')
  expect((await polling).claims()).toMatchObject({ sub: approver.sub })
  expect(tv.answers).toEqual(['authorization_pending', 'ok'])
})

shows(
  'tokens',
  'OpenID Connect Core §11',
  'openid-client gets no refresh token from a device unless allowed',
  async () => {
    const gateway = await startInRealTime()
    const approver = await person(gateway)
    const given = async (change: Partial<Registration>) => {
      const tv = await television(gateway, { offline_access: true, ...change })
      const codes = await oidc.initiateDeviceAuthorization(tv.server, { scope: 'openid offline_access' })
      await decide(approver, await claimOf(approver, { ...tv, codes }), 'approve')
      return (await oidc.pollDeviceAuthorizationGrant(tv.server, codes)).refresh_token !== undefined
    }
    expect(await Promise.all([given({}), given({ device_offline_access: true })])).toEqual([false, true])
  },
)
