/** The judge is oauth4webapi: its checks of answers, errors, challenges and signatures, none of them left out. */
import * as oauth from 'oauth4webapi'
import { expect } from 'vitest'
import type { Claim } from '../../shared/protocol/messages.ts'
import { startTestGateway, testClock } from '../gateway/support.ts'
import {
  authorized,
  discovered,
  introspect,
  plain,
  refresh,
  revoke,
  type Site,
  signIn,
  site,
  userinfo,
} from './oauth4webapi-site.ts'
import { startInRealTime } from './real-time.ts'
import { BYE, clientKey } from './registration.ts'
import { shows } from './requirement.ts'
import { visitor } from './visitor.ts'

const subOf = (tokens: oauth.TokenEndpointResponse) => oauth.getValidatedIdTokenClaims(tokens)!.sub

/** A person signs in, and is who the id_token says. */
async function signsIn(one: Site, asked?: Parameters<typeof signIn>[1]): Promise<oauth.TokenEndpointResponse> {
  const tokens = await signIn(one, asked)
  expect(subOf(tokens)).toBe(one.approver.sub)
  return tokens
}

const OFFLINE = { params: { scope: 'openid profile offline_access', prompt: 'consent' } }

shows('discovery', 'OpenID Connect Discovery §4.3', 'oauth4webapi accepts both documents, which are one', async () => {
  const gateway = await startInRealTime()
  const [oidc, oauth2] = [await discovered(gateway, 'oidc'), await discovered(gateway, 'oauth2')]
  expect(oauth2).toEqual(oidc)
})

shows('tokens', 'OpenID Connect Core §3.1.3.7', 'oauth4webapi checks id_token, signature and iss (RS256)', async () => {
  const one = await site({ id_token_signed_response_alg: 'RS256' })
  const tokens = await signsIn(one)
  expect(await userinfo(one, tokens.access_token, one.approver.sub)).toMatchObject({ name: one.approver.username })
})

shows('tokens', 'OpenID Connect Core §3.1.3.7', 'oauth4webapi checks id_token, signature and iss (ES256)', async () => {
  await signsIn(await site({ id_token_signed_response_alg: 'ES256' }))
})

shows('tokens', 'OpenID Connect Core §12.2', 'oauth4webapi checks the id_token of a renewal', async () => {
  const one = await site({ offline_access: true })
  const renewed = await refresh(one, (await signsIn(one, OFFLINE)).refresh_token!)
  expect(subOf(renewed)).toBe(one.approver.sub)
})

shows('tokens', 'RFC 7662 §2.2', 'oauth4webapi looks into tokens while they live and after', async () => {
  const one = await site({ offline_access: true })
  const { access_token, refresh_token } = await signsIn(one, OFFLINE)
  const { client_id } = one.client
  const live = { active: true, client_id, sub: one.approver.sub, iss: one.gateway.issuer }
  for (const token of [access_token, refresh_token!]) expect(await introspect(one, token)).toMatchObject(live)
  expect(await introspect(one, 'nothing of ours')).toEqual({ active: false })
})

shows('tokens', 'RFC 7009 §2', 'oauth4webapi gives a refresh token back, and all it brought is void', async () => {
  const one = await site({ offline_access: true })
  const { access_token, refresh_token } = await signsIn(one, OFFLINE)
  await revoke(one, refresh_token!)
  await revoke(one, 'nothing of ours')
  for (const token of [access_token, refresh_token!]) expect(await introspect(one, token)).toEqual({ active: false })
  await expect(refresh(one, refresh_token!)).rejects.toMatchObject({ error: 'invalid_grant' })
})

shows('tokens', 'RFC 6750 §3', 'oauth4webapi reads the challenge for a token that is not good', async () => {
  const one = await site()
  const { access_token } = await signsIn(one)
  await revoke(one, access_token)
  const refused = await userinfo(one, access_token, one.approver.sub).catch((error) => error)
  expect(refused).toBeInstanceOf(oauth.WWWAuthenticateChallengeError)
  expect(refused).toMatchObject({ status: 401, cause: [{ scheme: 'bearer', parameters: { error: 'invalid_token' } }] })
})

shows('client_authentication', 'RFC 6749 §2.3.1', 'oauth4webapi with client_secret_post', async () => {
  await signsIn(await site({}, ({ client_secret }) => oauth.ClientSecretPost(client_secret!)))
})

shows(
  'client_authentication',
  'RFC 7523 §3',
  'oauth4webapi with private_key_jwt at every endpoint (RS256)',
  async () => {
    const { jwks, ...key } = await clientKey('RS256')
    const one = await site({ jwks, offline_access: true }, () => oauth.PrivateKeyJwt(key))
    const { access_token, refresh_token } = await signsIn(one, { ...OFFLINE, pushed: true })
    expect((await introspect(one, access_token)).active).toBe(true)
    await revoke(one, (await refresh(one, refresh_token!)).access_token)
  },
)

shows('client_authentication', 'RFC 7523 §3', 'oauth4webapi with private_key_jwt (ES256)', async () => {
  const { jwks, ...key } = await clientKey('ES256')
  await signsIn(await site({ jwks }, () => oauth.PrivateKeyJwt(key)))
})

shows('client_authentication', 'OpenID Connect Core §9', 'oauth4webapi with none, and PKCE in its place', async () => {
  await signsIn(await site({}, oauth.None, { proof: 'none' }))
})

shows('client_authentication', 'RFC 6749 §5.2', 'oauth4webapi reads the challenge for a wrong secret', async () => {
  const one = await site()
  const wrong = { ...one, authentication: oauth.ClientSecretBasic('wrong') }
  const refused = await signIn(wrong).catch((error) => error)
  expect(refused).toBeInstanceOf(oauth.WWWAuthenticateChallengeError)
  expect(refused).toMatchObject({ status: 401, cause: [{ scheme: 'basic' }] })
})

shows('authorization', 'RFC 9126 §2', 'oauth4webapi pushes its request', async () => {
  await signsIn(await site(), { pushed: true })
})

shows(
  'authorization',
  'RFC 9126 §2.3',
  'oauth4webapi is told at once what is wrong with a pushed request',
  async () => {
    const one = await site()
    const refused = authorized(one, { pushed: true, params: { code_challenge_method: 'plain' } })
    await expect(refused).rejects.toMatchObject({ error: 'invalid_request', status: 400 })
  },
)

shows('authorization', 'RFC 9207 §2', 'oauth4webapi finds iss on every answer, refusals included', async () => {
  const one = await site()
  expect(one.as.authorization_response_iss_parameter_supported).toBe(true)
  const errorOf = (asked: Parameters<typeof authorized>[1]) => authorized(one, asked).catch(({ error }) => error)
  expect(await errorOf({ params: { prompt: 'none' } })).toBe('login_required')
  expect(await errorOf({ params: { response_type: 'token' } })).toBe('unsupported_response_type')
  expect(await errorOf({ params: { scope: 'profile' } })).toBe('invalid_scope')
  expect(await errorOf({ params: { request: 'e30.e30.' } })).toBe('request_not_supported')
  expect(await errorOf({ decision: 'deny' })).toBe('access_denied')
})

shows('authorization', 'OpenID Connect Core §3.1.2.1', 'oauth4webapi finds max_age met', async () => {
  const tokens = await signsIn(await site(), { params: { max_age: '0' } })
  expect(oauth.getValidatedIdTokenClaims(tokens)!.auth_time).toEqual(expect.any(Number))
})

shows(
  'logout',
  'OpenID Connect RP-Initiated Logout §3',
  'oauth4webapi finds the tokens void after a log out',
  async () => {
    const one = await site({ post_logout_redirect_uris: [BYE] })
    const { id_token, access_token } = await signsIn(one)
    const url = new URL(one.as.end_session_endpoint!)
    url.search = new URLSearchParams({ id_token_hint: id_token!, post_logout_redirect_uri: BYE }).toString()
    expect((await visitor(one.gateway, one.approver).signIn(url, BYE)).href).toBe(BYE)
    expect(await introspect(one, access_token)).toEqual({ active: false })
  },
)

shows('device', 'RFC 8628 §3', 'oauth4webapi asks for codes, polls, and checks what comes', async () => {
  const one = await site({ device_grant: true, confirm: 'tap' })
  const { as, client, authentication, approver } = one
  const begun = await oauth.deviceAuthorizationRequest(as, client, authentication, { scope: 'openid' }, plain)
  const codes = await oauth.processDeviceAuthorizationResponse(as, client, begun)
  const poll = () => oauth.deviceCodeGrantRequest(as, client, authentication, codes.device_code, plain)
  const polling = poll()
  const topic = `session:${codes.session_id}` as const
  await expect.poll(() => one.gateway.deps.hub.listeners(topic), { interval: 5 }).toBe(1)
  const claim = (await (await approver.claim({ user_code: codes.user_code })).json()) as Claim
  await approver.send(claim.claim_id, await approver.sign(claim, 'approve'))
  const answer = await polling
  expect(subOf(await oauth.processDeviceCodeResponse(as, client, answer))).toBe(approver.sub)
  await oauth.validateApplicationLevelSignature(as, answer, plain)
})

shows('device', 'RFC 8628 §3.5', 'oauth4webapi reads every refusal, and no challenge beside it', async () => {
  // A clock that stands still, so that the second poll comes too early on any machine.
  const gateway = await startTestGateway({}, { clock: testClock() })
  const one = await site({ device_grant: true, hold_seconds: 1 }, undefined, { gateway })
  const { as, client, authentication, approver } = one
  const begun = await oauth.deviceAuthorizationRequest(as, client, authentication, { scope: 'openid' }, plain)
  const { device_code, user_code } = await oauth.processDeviceAuthorizationResponse(as, client, begun)
  const poll = async () => {
    const answer = await oauth.deviceCodeGrantRequest(as, client, authentication, device_code, plain)
    const refused = await oauth.processDeviceCodeResponse(as, client, answer).catch((error) => error)
    expect(refused).toBeInstanceOf(oauth.ResponseBodyError)
    return refused.error
  }
  expect([await poll(), await poll()]).toEqual(['authorization_pending', 'slow_down'])
  const claim = (await (await approver.claim({ user_code })).json()) as Claim
  await approver.send(claim.claim_id, await approver.sign(claim, 'deny'))
  expect(await poll()).toBe('access_denied')
})
