/**
 * The judge is oidc-client-ts, the library of applications that run in a browser and keep no secret. It checks state,
 * nonce and claims by code of its own, and asks for userinfo itself.
 */
import { InMemoryWebStorage, OidcClient, WebStorageStateStore } from 'oidc-client-ts'
import { expect } from 'vitest'
import type { Registration } from '../../gateway/clients.ts'
import { type Person, person } from '../gateway/people.ts'
import type { TestGateway } from '../gateway/support.ts'
import { startInRealTime } from './real-time.ts'
import { BYE, CALLBACK, registered } from './registration.ts'
import { shows } from './requirement.ts'
import { visitor } from './visitor.ts'

interface Application {
  gateway: TestGateway
  approver: Person
  client: OidcClient
  signIn(decision?: 'approve' | 'deny'): ReturnType<OidcClient['processSigninResponse']>
}

async function application(change: Partial<Registration> = {}, scope = 'openid profile'): Promise<Application> {
  const gateway = await startInRealTime()
  const approver = await person(gateway)
  const one = await registered(gateway, { origins: ['https://shop.example'], ...change }, 'none')
  const client = new OidcClient({
    authority: gateway.issuer,
    client_id: one.client.client_id,
    redirect_uri: CALLBACK,
    post_logout_redirect_uri: BYE,
    scope,
    loadUserInfo: true,
    stateStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
  })
  return {
    gateway,
    approver,
    client,
    async signIn(decision) {
      const { url } = await client.createSigninRequest({ state: 'where it was', nonce: crypto.randomUUID() })
      return client.processSigninResponse((await visitor(gateway, approver, decision).signIn(url, CALLBACK)).href)
    },
  }
}

shows('sites', 'OpenID Connect Core §3.1', 'oidc-client-ts signs a person in and reads userinfo', async () => {
  const { approver, signIn } = await application()
  const { sub, username } = approver
  const { profile, userState } = await signIn()
  expect([profile, userState]).toMatchObject([{ sub, name: username }, 'where it was'])
})

shows('sites', 'OpenID Connect Core §3.1.2.6', 'oidc-client-ts is told that the person denies', async () => {
  const { signIn } = await application()
  await expect(signIn('deny')).rejects.toMatchObject({ error: 'access_denied' })
})

shows('tokens', 'OpenID Connect Core §12', 'oidc-client-ts renews without a secret, token after token', async () => {
  const { client, signIn, approver } = await application({ offline_access: true }, 'openid profile offline_access')
  let tokens = await signIn()
  const used = [tokens.refresh_token]
  for (let i = 0; i < 2; i++) {
    const { refresh_token, id_token, profile } = tokens
    const state = { refresh_token: refresh_token!, id_token: id_token!, profile, session_state: null }
    tokens = await client.useRefreshToken({ state })
    used.push(tokens.refresh_token)
  }
  expect([tokens.profile.sub, new Set(used).size]).toEqual([approver.sub, 3])
})

shows('tokens', 'RFC 7009 §2', 'oidc-client-ts gives its tokens back without a secret', async () => {
  const { client, signIn, gateway } = await application()
  const { access_token } = await signIn()
  const headers = { authorization: `Bearer ${access_token}` }
  expect((await gateway.fetch('/userinfo', { headers })).status).toBe(200)
  await client.revokeToken(access_token, 'access_token')
  expect((await gateway.fetch('/userinfo', { headers })).status).toBe(401)
})

shows('logout', 'OpenID Connect RP-Initiated Logout §3', 'oidc-client-ts gets its state back after it', async () => {
  const { client, signIn, gateway, approver } = await application({ post_logout_redirect_uris: [BYE] })
  const { id_token } = await signIn()
  const { url } = await client.createSignoutRequest({ id_token_hint: id_token!, state: 'out' })
  const back = await visitor(gateway, approver).signIn(url, BYE)
  expect(await client.processSignoutResponse(back.href)).toMatchObject({ userState: 'out' })
})
