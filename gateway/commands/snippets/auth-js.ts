/** For Auth.js (NextAuth 5). It comes back to an address of its own making, so the provider's id is taken from that. */
import type { ClientRow } from '../../store/rows.ts'
import {
  hasKeys,
  hasPage,
  hasSecret,
  quoted,
  type Snippet,
  type SnippetValues,
  scopeOf,
  secretText,
} from './snippet.ts'

const CALLBACK = /\/callback\/([\w-]+)$/

export const authJs: Snippet = {
  title: 'Auth.js (npm install next-auth@beta)',
  fits: (client) => hasPage(client) && !hasKeys(client),
  write: (values) => {
    const { issuer, client } = values
    const id = CALLBACK.exec(client.redirect_uris[0] ?? '')?.[1] ?? 'nod'
    return `${environment(values)}
// auth.ts
import NextAuth from 'next-auth'

export const { handlers, auth, signIn, signOut } = NextAuth({
  providers: [
    {
      id: ${quoted(id)},
      name: 'Nod',
      type: 'oidc',
      issuer: ${quoted(issuer)},
      clientId: process.env.AUTH_NOD_ID,
      ${credentials(client)}
      authorization: { params: { scope: ${quoted(scopeOf(client))} } },
      checks: ['pkce', 'state', 'nonce'],
    },
  ],
})
${callbackRemark(values)}`
  },
}

function environment(values: SnippetValues): string {
  const lines = [
    '# .env.local',
    `AUTH_NOD_ID=${values.client.client_id}`,
    ...(hasSecret(values.client) ? [`AUTH_NOD_SECRET=${secretText(values)}`] : []),
  ]
  return `${lines.join('\n')}\n`
}

function credentials(client: ClientRow): string {
  const alg = client.id_token_signed_response_alg
  const metadata = [
    ...(hasSecret(client) ? [] : ["token_endpoint_auth_method: 'none'"]),
    ...(alg === 'RS256' ? [] : [`id_token_signed_response_alg: '${alg}'`]),
  ]
  return [
    ...(hasSecret(client) ? ['clientSecret: process.env.AUTH_NOD_SECRET,'] : []),
    ...(metadata.length > 0 ? [`client: { ${metadata.join(', ')} },`] : []),
  ].join('\n      ')
}

function callbackRemark({ client }: SnippetValues): string {
  const uri = client.redirect_uris[0] ?? ''
  if (CALLBACK.test(uri)) return ''
  return `
// Auth.js comes back to /api/auth/callback/nod, which is not registered yet:
//   nod client update ${client.client_id} --redirect-uri ${new URL('/api/auth/callback/nod', uri).href}
`
}
