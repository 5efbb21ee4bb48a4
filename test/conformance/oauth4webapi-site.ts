/** A site written with oauth4webapi alone: each step by hand, each answer through the check that the library has for it. */
import * as oauth from 'oauth4webapi'
import type { Registered, Registration } from '../../gateway/clients.ts'
import { type Person, person } from '../gateway/people.ts'
import type { TestGateway } from '../gateway/support.ts'
import { startInRealTime } from './real-time.ts'
import { CALLBACK, registered } from './registration.ts'
import { visitor } from './visitor.ts'

/** The gateway of a test speaks plain http on this machine. */
export const plain = { [oauth.allowInsecureRequests]: true } as const

export interface Site {
  gateway: TestGateway
  approver: Person
  as: oauth.AuthorizationServer
  client: oauth.Client
  authentication: oauth.ClientAuth
}

interface Asked {
  params?: Record<string, string>
  pushed?: boolean
  decision?: 'approve' | 'deny'
}

export async function site(
  change: Partial<Registration> = {},
  authentication: (one: Registered) => oauth.ClientAuth = ({ client_secret }) =>
    oauth.ClientSecretBasic(client_secret!),
  { proof, ...given }: { proof?: 'secret' | 'none'; gateway?: TestGateway } = {},
): Promise<Site> {
  const gateway = given.gateway ?? (await startInRealTime())
  const one = await registered(gateway, change, proof)
  const { client_id, id_token_signed_response_alg } = one.client
  return {
    gateway,
    approver: await person(gateway),
    as: await discovered(gateway, 'oidc'),
    client: { client_id, id_token_signed_response_alg, require_auth_time: true },
    authentication: authentication(one),
  }
}

export async function discovered(
  { issuer }: TestGateway,
  algorithm: 'oidc' | 'oauth2',
): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer)
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, { ...plain, algorithm }))
}

/** The parameters of the answer, whose state and iss (RFC 9207) have been checked, and what they belong to. */
export async function authorized(one: Site, { params = {}, pushed = false, decision }: Asked = {}) {
  const { as, client, authentication } = one
  const verifier = oauth.generateRandomCodeVerifier()
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()]
  const request = {
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: CALLBACK,
    scope: 'openid profile',
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...params,
  }
  const push = async () => {
    const answer = await oauth.pushedAuthorizationRequest(as, client, authentication, request, plain)
    const { request_uri } = await oauth.processPushedAuthorizationResponse(as, client, answer)
    return { client_id: client.client_id, request_uri }
  }
  const url = new URL(as.authorization_endpoint!)
  url.search = new URLSearchParams(pushed ? await push() : request).toString()
  const back = await visitor(one.gateway, one.approver, decision).signIn(url, CALLBACK)
  return { answer: oauth.validateAuthResponse(as, client, back, state), verifier, nonce }
}

/** The tokens of a whole sign-in: claims, nonce and age checked, and the signature by the published keys. */
export async function signIn(one: Site, asked: Asked = {}): Promise<oauth.TokenEndpointResponse> {
  const { as, client, authentication } = one
  const { answer, verifier, nonce } = await authorized(one, asked)
  const response = await oauth.authorizationCodeGrantRequest(
    as,
    client,
    authentication,
    answer,
    CALLBACK,
    verifier,
    plain,
  )
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, {
    expectedNonce: nonce,
    maxAge: Number(asked.params?.max_age ?? 60),
    requireIdToken: true,
  })
  await oauth.validateApplicationLevelSignature(as, response, plain)
  return tokens
}

export async function userinfo(
  { as, client }: Site,
  access_token: string,
  sub: string,
): Promise<oauth.UserInfoResponse> {
  const answer = await oauth.userInfoRequest(as, client, access_token, plain)
  return oauth.processUserInfoResponse(as, client, sub, answer)
}

export async function introspect({ as, client, authentication }: Site, token: string) {
  const answer = await oauth.introspectionRequest(as, client, authentication, token, plain)
  return oauth.processIntrospectionResponse(as, client, answer)
}

export async function revoke({ as, client, authentication }: Site, token: string): Promise<void> {
  await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, authentication, token, plain))
}

export async function refresh({ as, client, authentication }: Site, refresh_token: string) {
  const answer = await oauth.refreshTokenGrantRequest(as, client, authentication, refresh_token, plain)
  const tokens = await oauth.processRefreshTokenResponse(as, client, answer)
  await oauth.validateApplicationLevelSignature(as, answer, plain)
  return tokens
}
