/** For openid-client: the secret for the environment (a public client has none), and JavaScript that then runs as it stands. */
import type { ClientRow } from '../../store/rows.ts'
import {
  hasKeys,
  hasPage,
  hasSecret,
  mustPush,
  quoted,
  type Snippet,
  type SnippetValues,
  scopeOf,
  secretText,
} from './snippet.ts'

export const openidClient: Snippet = {
  title: 'openid-client (npm install openid-client)',
  fits: hasPage,
  write: (values) => `${opening(values)}import * as oidc from 'openid-client'

const redirect_uri = ${quoted(values.client.redirect_uris[0] ?? '')}
${discovery(values)}

/** Behind "Sign in": keep \`kept\` for this browser (a cookie will do) and redirect it to \`url\`. */
export async function start() {
  const kept = {
    code_verifier: oidc.randomPKCECodeVerifier(),
    state: oidc.randomState(),
    nonce: oidc.randomNonce(),
  }
  const url = ${mustPush(values.client) ? 'await oidc.buildAuthorizationUrlWithPAR' : 'oidc.buildAuthorizationUrl'}(nod, {
    redirect_uri,
    scope: ${quoted(scopeOf(values.client))},
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
`,
}

function opening(values: SnippetValues): string {
  const { client } = values
  if (hasSecret(client))
    return `# In the environment
OIDC_CLIENT_SECRET=${secretText(values)}

// The code
import { env } from 'node:process'
`
  return hasKeys(client) ? "import { readFileSync } from 'node:fs'\n" : ''
}

function discovery({ issuer, client }: SnippetValues): string {
  const alg = client.id_token_signed_response_alg
  const metadata = [
    ...(hasSecret(client) ? ['client_secret: env.OIDC_CLIENT_SECRET'] : []),
    ...(alg === 'RS256' ? [] : [`id_token_signed_response_alg: '${alg}'`]),
  ]
  const insecure = issuer.startsWith('http:')
  return `${hasKeys(client) ? keyLines(client) : ''}const nod = await oidc.discovery(
  new URL(${quoted(issuer)}),
  ${quoted(client.client_id)},
  {${metadata.length > 0 ? ` ${metadata.join(', ')} ` : ''}},
  ${authentication(client)},${insecure ? '\n  { execute: [oidc.allowInsecureRequests] }, // plain http, for this machine only' : ''}
)`
}

function authentication(client: ClientRow): string {
  if (hasSecret(client)) return 'oidc.ClientSecretBasic()'
  return hasKeys(client) ? 'oidc.PrivateKeyJwt({ key, kid: jwk.kid })' : 'oidc.None()'
}

/** The private half of a registered key, from a file of its own. */
function keyLines(client: ClientRow): string {
  const is_rsa = (client.jwks?.keys[0] as { kty?: string } | undefined)?.kty === 'RSA'
  const algorithm = is_rsa ? "{ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }" : "{ name: 'ECDSA', namedCurve: 'P-256' }"
  return `const jwk = JSON.parse(readFileSync('private-key.jwk.json', 'utf8'))
const key = await crypto.subtle.importKey('jwk', jwk, ${algorithm}, false, ['sign'])
`
}
