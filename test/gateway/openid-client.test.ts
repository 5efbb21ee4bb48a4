/**
 * The outside judge on the further parts of the standards: openid-client pushes its requests, signs its authentication,
 * renews, looks into, gives back and logs out, with all of its own checks on.
 */
import * as oidc from 'openid-client'
import { describe, expect, it } from 'vitest'
import { createClients } from '../../gateway/clients.ts'
import { BLANK } from '../../gateway/registration.ts'
import { startNow, throughTheBrowser } from './browser.ts'
import { type Person, person } from './people.ts'
import type { TestGateway } from './support.ts'

const BYE = 'https://shop.example/bye'
const REGISTRATION = {
  ...BLANK,
  name: 'Shop',
  redirect_uris: ['https://shop.example/cb'],
  post_logout_redirect_uris: [BYE],
  offline_access: true,
}

const options = { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks] }

async function discovered(gateway: TestGateway): Promise<oidc.Configuration> {
  const { client, client_secret } = await createClients(gateway.deps).add(REGISTRATION, true)
  return oidc.discovery(new URL(gateway.issuer), client.client_id, client_secret!, undefined, options)
}

async function signIn(gateway: TestGateway, config: oidc.Configuration, approver: Person, pushing: boolean) {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier()
  const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()]
  const params = {
    redirect_uri: REGISTRATION.redirect_uris[0]!,
    scope: 'openid profile offline_access',
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  }
  const url = pushing
    ? await oidc.buildAuthorizationUrlWithPAR(config, params)
    : oidc.buildAuthorizationUrl(config, params)
  const back = await throughTheBrowser(gateway, url, approver)
  const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true }
  return { url, tokens: await oidc.authorizationCodeGrant(config, back, checks) }
}

describe('openid-client', () => {
  it('pushes its request and sends the browser with nothing but the reference (RFC 9126)', async () => {
    const gateway = await startNow()
    const [config, ada] = [await discovered(gateway), await person(gateway)]
    const { url, tokens } = await signIn(gateway, config, ada, true)
    expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri'])
    expect(tokens.claims()).toMatchObject({ sub: ada.sub })
  })

  it.each([
    [
      'RS256',
      { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
    ],
    ['PS256', { name: 'RSA-PSS', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }],
    ['ES256', { name: 'ECDSA', namedCurve: 'P-256' }],
    ['Ed25519', { name: 'Ed25519' }],
  ])('authenticates with a key of its own (%s, RFC 7523)', async (_, algorithm) => {
    const gateway = await startNow()
    const ada = await person(gateway)
    const pair = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
    const jwk = await crypto.subtle.exportKey('jwk', pair.publicKey)
    const jwks = { keys: [{ ...jwk, kid: 'ours' }] }
    const { client } = await createClients(gateway.deps).add({ ...REGISTRATION, jwks }, false)
    const authentication = oidc.PrivateKeyJwt({ key: pair.privateKey, kid: 'ours' })
    const config = await oidc.discovery(new URL(gateway.issuer), client.client_id, {}, authentication, options)
    const { tokens } = await signIn(gateway, config, ada, true)
    expect(tokens.claims()).toMatchObject({ sub: ada.sub })
  })

  it('renews, looks into and gives back its tokens (RFC 6749 §6, RFC 7662, RFC 7009)', async () => {
    const gateway = await startNow()
    const [config, ada] = [await discovered(gateway), await person(gateway)]
    const { tokens } = await signIn(gateway, config, ada, false)
    const renewed = await oidc.refreshTokenGrant(config, tokens.refresh_token!)
    expect(renewed.claims()).toMatchObject({ sub: ada.sub, sid: tokens.claims()!.sid })
    expect(await oidc.tokenIntrospection(config, renewed.access_token)).toMatchObject({ active: true, sub: ada.sub })
    await oidc.tokenRevocation(config, renewed.refresh_token!)
    expect(await oidc.tokenIntrospection(config, renewed.access_token)).toEqual({ active: false })
    await expect(oidc.fetchUserInfo(config, renewed.access_token, ada.sub)).rejects.toThrow()
    await expect(oidc.refreshTokenGrant(config, renewed.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    })
  })

  it('logs its person out (OpenID Connect RP-Initiated Logout)', async () => {
    const gateway = await startNow()
    const [config, ada] = [await discovered(gateway), await person(gateway)]
    const { tokens } = await signIn(gateway, config, ada, false)
    const url = oidc.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token!,
      post_logout_redirect_uri: BYE,
      state: 'a-state',
    })
    const answer = await gateway.fetch(url.href)
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `${BYE}?state=a-state`])
    await expect(oidc.refreshTokenGrant(config, tokens.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    })
  })
})
