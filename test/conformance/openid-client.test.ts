/** The judge is openid-client, certified as a relying party, with all of its checks on: signatures, iss, nonce, ages. */
import * as oidc from 'openid-client'
import { expect } from 'vitest'
import type { Registered, Registration } from '../../gateway/clients.ts'
import { createKeys } from '../../gateway/keys.ts'
import { type Person, person } from '../gateway/people.ts'
import { startTestGateway, type TestGateway, testClock } from '../gateway/support.ts'
import { startInRealTime } from './real-time.ts'
import { BYE, CALLBACK, clientKey, registered } from './registration.ts'
import { shows } from './requirement.ts'
import { visitor } from './visitor.ts'

const DAY = 86_400

interface Site {
  gateway: TestGateway
  approver: Person
  server: oidc.Configuration
}

const options = { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks] }

/** The library finds the gateway by itself; `authentication` says how this client shows who it is. */
async function discovered(
  { issuer }: TestGateway,
  { client }: Registered,
  authentication?: oidc.ClientAuth,
  metadata: Partial<oidc.ClientMetadata> = {},
): Promise<oidc.Configuration> {
  const id_token_signed_response_alg = client.id_token_signed_response_alg
  const all = { id_token_signed_response_alg, ...metadata }
  return oidc.discovery(new URL(issuer), client.client_id, all, authentication, options)
}

async function site(
  change: Partial<Registration> = {},
  authentication: (secret: string) => oidc.ClientAuth = oidc.ClientSecretBasic,
): Promise<Site> {
  const gateway = await startInRealTime()
  const one = await registered(gateway, change)
  const server = await discovered(gateway, one, authentication(one.client_secret ?? ''))
  return { gateway, server, approver: await person(gateway) }
}

interface Asked {
  params?: Record<string, string>
  pushed?: boolean
  decision?: 'approve' | 'deny'
}

async function signIn({ gateway, approver, server }: Site, { params = {}, pushed = false, decision }: Asked = {}) {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier()
  const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()]
  const request = {
    redirect_uri: CALLBACK,
    scope: 'openid profile',
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...params,
  }
  const url = pushed
    ? await oidc.buildAuthorizationUrlWithPAR(server, request)
    : oidc.buildAuthorizationUrl(server, request)
  const back = await visitor(gateway, approver, decision).signIn(url, CALLBACK)
  const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true }
  const maxAge = 'max_age' in params ? { maxAge: Number(params.max_age) } : {}
  return { url, tokens: await oidc.authorizationCodeGrant(server, back, { ...checks, ...maxAge }) }
}

/** What the id_token says, once the library has found nothing wrong with it. */
async function signedInAs(one: Site, asked?: Asked): Promise<oidc.IDToken> {
  const { tokens } = await signIn(one, asked)
  const claims = tokens.claims()!
  expect(claims.sub).toBe(one.approver.sub)
  return claims
}

shows('discovery', 'OpenID Connect Discovery §4', 'openid-client finds all by the issuer alone', async () => {
  const { server, gateway } = await site()
  expect(server.serverMetadata()).toMatchObject({ issuer: gateway.issuer, response_types_supported: ['code'] })
  expect(server.serverMetadata().supportsPKCE()).toBe(true)
})

shows('discovery', 'RFC 8414 §3', 'openid-client finds all by the OAuth document too', async () => {
  const gateway = await startInRealTime()
  const server = await oidc.discovery(new URL(gateway.issuer), 'any', undefined, oidc.None(), {
    algorithm: 'oauth2',
    ...options,
  })
  expect(server.serverMetadata().issuer).toBe(gateway.issuer)
})

shows('tokens', 'OpenID Connect Core §3.1.3.7', 'openid-client verifies an id_token signed with RS256', async () => {
  const claims = await signedInAs(await site({ id_token_signed_response_alg: 'RS256' }))
  expect(claims.exp - claims.iat).toBeLessThanOrEqual(300)
})

shows('tokens', 'OpenID Connect Core §3.1.3.7', 'openid-client verifies an id_token signed with ES256', async () => {
  await signedInAs(await site({ id_token_signed_response_alg: 'ES256' }))
})

shows('tokens', 'OpenID Connect Core §5.3', 'openid-client reads userinfo of the same subject', async () => {
  const one = await site()
  const { tokens } = await signIn(one)
  const { sub, username } = one.approver
  const info = await oidc.fetchUserInfo(one.server, tokens.access_token, sub)
  expect(info).toEqual({ sub, name: username, preferred_username: username })
})

shows('tokens', 'OpenID Connect Core §12', 'openid-client renews tokens and verifies the new id_token', async () => {
  const one = await site({ offline_access: true })
  const { tokens } = await signIn(one, { params: { scope: 'openid offline_access', prompt: 'consent' } })
  const renewed = await oidc.refreshTokenGrant(one.server, tokens.refresh_token!)
  expect(renewed.claims()).toMatchObject({ sub: one.approver.sub, auth_time: tokens.claims()!.auth_time })
  await oidc.fetchUserInfo(one.server, renewed.access_token, one.approver.sub)
})

shows('tokens', 'RFC 9700 §4.14.2', 'openid-client is refused a refresh token that was used before', async () => {
  const one = await site({ offline_access: true })
  const { tokens } = await signIn(one, { params: { scope: 'openid offline_access' } })
  const renewed = await oidc.refreshTokenGrant(one.server, tokens.refresh_token!)
  const refused = { error: 'invalid_grant', status: 400 }
  await expect(oidc.refreshTokenGrant(one.server, tokens.refresh_token!)).rejects.toMatchObject(refused)
  await expect(oidc.refreshTokenGrant(one.server, renewed.refresh_token!)).rejects.toMatchObject(refused)
})

shows('tokens', 'RFC 6749 §4.1.2', 'openid-client is refused a code that was redeemed before', async () => {
  const one = await site()
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier()
  const url = oidc.buildAuthorizationUrl(one.server, {
    redirect_uri: CALLBACK,
    scope: 'openid',
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  })
  const back = await visitor(one.gateway, one.approver).signIn(url, CALLBACK)
  const redeem = () => oidc.authorizationCodeGrant(one.server, back, { pkceCodeVerifier })
  const { access_token } = await redeem()
  await expect(redeem()).rejects.toMatchObject({ error: 'invalid_grant' })
  await expect(oidc.fetchUserInfo(one.server, access_token, one.approver.sub)).rejects.toMatchObject({ status: 401 })
})

shows('tokens', 'OpenID Connect Core §10.1.1', 'openid-client verifies across a change of keys', async () => {
  const clock = testClock(Math.floor(Date.now() / 1000))
  const gateway = await startTestGateway({}, { clock })
  const one = await registered(gateway)
  // The gateway's next day comes at once, and the library goes by the machine's time.
  const tolerant = { [oidc.clockTolerance]: DAY + 60 }
  const server = await discovered(gateway, one, oidc.ClientSecretBasic(one.client_secret!), tolerant)
  let key_sets = 0
  server[oidc.customFetch] = (url, init) => {
    if (url.endsWith('/jwks')) key_sets++
    return fetch(url, init as RequestInit)
  }
  const signingKey = async () => {
    const { tokens } = await signIn({ gateway, server, approver: await person(gateway) })
    return JSON.parse(Buffer.from(tokens.id_token!.split('.')[0]!, 'base64url').toString()).kid as string
  }
  await createKeys(gateway.deps).rotate()
  const before = await signingKey()
  clock.advance(DAY)
  // The new key was there when the library last asked, a day ago, so it need not ask again.
  expect([(await signingKey()) === before, key_sets]).toEqual([false, 1])
})

shows('client_authentication', 'RFC 6749 §2.3.1', 'openid-client with client_secret_basic', async () => {
  await signedInAs(await site({}, oidc.ClientSecretBasic))
})

shows('client_authentication', 'RFC 6749 §2.3.1', 'openid-client with client_secret_post', async () => {
  await signedInAs(await site({}, oidc.ClientSecretPost))
})

shows('client_authentication', 'RFC 7523 §2.2', 'openid-client with private_key_jwt (RS256)', async () => {
  const { jwks, ...key } = await clientKey('RS256')
  await signedInAs(await site({ jwks }, () => oidc.PrivateKeyJwt(key)))
})

shows('client_authentication', 'RFC 7523 §2.2', 'openid-client with private_key_jwt (ES256)', async () => {
  const { jwks, ...key } = await clientKey('ES256')
  await signedInAs(await site({ jwks }, () => oidc.PrivateKeyJwt(key)))
})

shows('client_authentication', 'RFC 7636 §4', 'openid-client with none, and PKCE in its place', async () => {
  const gateway = await startInRealTime()
  const server = await discovered(gateway, await registered(gateway, {}, 'none'), oidc.None())
  await signedInAs({ gateway, server, approver: await person(gateway) })
})

shows(
  'authorization',
  'RFC 9126 §4',
  'openid-client pushes its request; the browser brings only a reference',
  async () => {
    const one = await site()
    const { url, tokens } = await signIn(one, { pushed: true })
    expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri'])
    expect(tokens.claims()!.sub).toBe(one.approver.sub)
  },
)

shows('authorization', 'OpenID Connect Core §3.1.2.1', 'openid-client finds its max_age met by auth_time', async () => {
  const claims = await signedInAs(await site(), { params: { max_age: '0', prompt: 'login', ui_locales: 'fr en' } })
  expect(claims.auth_time).toEqual(expect.any(Number))
})

shows('authorization', 'OpenID Connect Core §3.1.2.6', 'openid-client is told that prompt=none cannot be', async () => {
  const one = await site()
  await expect(signIn(one, { params: { prompt: 'none' } })).rejects.toMatchObject({ error: 'login_required' })
})

shows('authorization', 'RFC 9207 §2.4', 'openid-client checks iss on a refusal by the person', async () => {
  await expect(signIn(await site(), { decision: 'deny' })).rejects.toMatchObject({ error: 'access_denied' })
})

shows('logout', 'OpenID Connect RP-Initiated Logout §2', 'openid-client sends its person out and back', async () => {
  const one = await site({ post_logout_redirect_uris: [BYE], offline_access: true })
  const { tokens } = await signIn(one, { params: { scope: 'openid offline_access' } })
  const url = oidc.buildEndSessionUrl(one.server, {
    id_token_hint: tokens.id_token!,
    post_logout_redirect_uri: BYE,
    state: 'a-state',
  })
  expect((await visitor(one.gateway, one.approver).signIn(url, BYE)).href).toBe(`${BYE}?state=a-state`)
  const renewal = oidc.refreshTokenGrant(one.server, tokens.refresh_token!)
  await expect(renewal).rejects.toMatchObject({ error: 'invalid_grant' })
})
