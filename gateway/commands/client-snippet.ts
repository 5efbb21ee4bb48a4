/** What a site's developer does next: lines for openid-client, filled in with the values of the client just registered. */
import type { ClientRow } from '../store/rows.ts'

/** JavaScript that runs as it stands once NOD_CLIENT_SECRET is set (a public client needs none). */
export function openidClientSnippet(issuer: string, client: ClientRow): string {
  const confidential = client.secret_hash !== null
  const alg = client.id_token_signed_response_alg
  const metadata = [
    ...(confidential ? ['client_secret: env.NOD_CLIENT_SECRET'] : []),
    ...(alg === 'RS256' ? [] : [`id_token_signed_response_alg: '${alg}'`]),
  ]
  const authentication = confidential ? 'oidc.ClientSecretBasic()' : 'oidc.None()'
  const insecure = issuer.startsWith('http:')
  return `${confidential ? "import { env } from 'node:process'\n" : ''}import * as oidc from 'openid-client'

const redirect_uri = ${quoted(client.redirect_uris[0] ?? '')}
const nod = await oidc.discovery(
  new URL(${quoted(issuer)}),
  ${quoted(client.client_id)},
  {${metadata.length > 0 ? ` ${metadata.join(', ')} ` : ''}},
  ${authentication},${insecure ? '\n  { execute: [oidc.allowInsecureRequests] }, // plain http, for this machine only' : ''}
)

/** Behind "Sign in": keep \`kept\` for this browser (a cookie will do) and redirect it to \`url\`. */
export async function start() {
  const kept = {
    code_verifier: oidc.randomPKCECodeVerifier(),
    state: oidc.randomState(),
    nonce: oidc.randomNonce(),
  }
  const url = oidc.buildAuthorizationUrl(nod, {
    redirect_uri,
    scope: 'openid profile',
    state: kept.state,
    nonce: kept.nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(kept.code_verifier),
    code_challenge_method: 'S256',
  })
  return { url, kept }
}

/** Behind the redirect_uri: \`url\` is the whole address the browser came back to. Gives { sub, name, … }. */
export async function finish(url, kept) {
  const tokens = await oidc.authorizationCodeGrant(nod, url, {
    pkceCodeVerifier: kept.code_verifier,
    expectedState: kept.state,
    expectedNonce: kept.nonce,
    idTokenExpected: true,
  })
  return tokens.claims()
}
`
}

const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`
