/**
 * Sign-in with any OpenID Connect provider, as openid-client's own documentation has it. This is all that a site needs
 * to write, and nothing in it is Nod's: an issuer, a client id, a secret, and the address people come back to.
 */
import * as oidc from 'openid-client'

export interface Provider {
  issuer: string
  client_id: string
  client_secret: string
  redirect_uri: string
}

export interface Person {
  sub: string
  name: string
  /** The provider's name for this sign-in, by which it says later that it is over. */
  sid: unknown
}

/** What the site keeps, in a cookie of this browser, between sending a person away and seeing them return. */
export interface Attempt {
  state: string
  nonce: string
  code_verifier: string
}

/** The provider's addresses and keys. Call it when a sign-in needs it: the provider may start after the site. */
export const discover = ({ issuer, client_id, client_secret }: Provider): Promise<oidc.Configuration> =>
  oidc.discovery(new URL(issuer), client_id, client_secret, undefined, {
    // Only for development: everywhere else the issuer is https.
    execute: new URL(issuer).protocol === 'http:' ? [oidc.allowInsecureRequests] : [],
  })

/** Where to send the person, and what to remember until they are back. */
export async function startSignIn(config: oidc.Configuration, provider: Provider): Promise<[URL, Attempt]> {
  const attempt = {
    state: oidc.randomState(),
    nonce: oidc.randomNonce(),
    code_verifier: oidc.randomPKCECodeVerifier(),
  }
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: provider.redirect_uri,
    scope: 'openid profile',
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(attempt.code_verifier),
    code_challenge_method: 'S256',
  })
  return [url, attempt]
}

/** Who came back. Throws when the person declined, or when anything about the answer is not as it was asked for. */
export async function finishSignIn(config: oidc.Configuration, callback: URL, attempt: Attempt): Promise<Person> {
  const tokens = await oidc.authorizationCodeGrant(config, callback, {
    expectedState: attempt.state,
    expectedNonce: attempt.nonce,
    pkceCodeVerifier: attempt.code_verifier,
    idTokenExpected: true,
  })
  const { sub, sid } = tokens.claims()!
  const profile = await oidc.fetchUserInfo(config, tokens.access_token, sub)
  return { sub, name: profile.name ?? profile.preferred_username ?? sub, sid }
}

/** Whether this failure is the person's own "no" (RFC 6749 §4.1.2.1) and not a fault. */
export const wasDeclined = (error: unknown): boolean =>
  error instanceof oidc.AuthorizationResponseError && error.error === 'access_denied'
