/**
 * For Auth.js (NextAuth 5). It comes back to an address of its own making, which has the provider's id in it, and finds
 * the credentials in the environment by that id.
 */
import { randomSecret } from '../../secrets.ts'
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

const CALLBACK = /\/callback\/([\w-]+)$/

/** The id for which Auth.js makes the registered address; one of our own where that is not of its form. */
const idFor = ({ redirect_uris: [uri = ''] }: ClientRow): string => CALLBACK.exec(uri)?.[1] ?? 'nod'

export const authJs: Snippet = {
  title: 'Auth.js (npm install next-auth@beta)',
  fits: (client) => hasPage(client) && !hasKeys(client) && !mustPush(client),
  write: (values) => {
    const { issuer, client } = values
    return `${environment(values)}
// auth.ts
import NextAuth from 'next-auth'

export const { handlers, auth, signIn, signOut } = NextAuth({
  providers: [
    {
      id: ${quoted(idFor(client))},
      name: 'Nod',
      type: 'oidc',
      issuer: ${quoted(issuer)},${metadata(client)}
      authorization: { params: { scope: ${quoted(scopeOf(client))} } },
      checks: ['pkce', 'state', 'nonce'],
    },
  ],
})

// app/api/auth/[...nextauth]/route.ts has these two lines:
//   import { handlers } from '@/auth'
//   export const { GET, POST } = handlers
${callbackRemark(client)}`
  },
}

function environment(values: SnippetValues): string {
  const { client } = values
  const prefix = `AUTH_${idFor(client).toUpperCase().replaceAll('-', '_')}`
  const secret = hasSecret(client) ? [`${prefix}_SECRET=${secretText(values)}`] : []
  const own = `AUTH_SECRET=${randomSecret()}`
  return [
    `# .env.local; AUTH_SECRET was made for this print`,
    own,
    `${prefix}_ID=${client.client_id}`,
    ...secret,
    '',
  ].join('\n')
}

/** What differs from what the library takes for granted. */
function metadata(client: ClientRow): string {
  const alg = client.id_token_signed_response_alg
  const members = [
    ...(hasSecret(client) ? [] : ["token_endpoint_auth_method: 'none'"]),
    ...(alg === 'RS256' ? [] : [`id_token_signed_response_alg: '${alg}'`]),
  ]
  return members.length > 0 ? `\n      client: { ${members.join(', ')} },` : ''
}

function callbackRemark({ client_id, redirect_uris: [uri = ''] }: ClientRow): string {
  if (CALLBACK.test(uri)) return ''
  return `
// Auth.js comes back to /api/auth/callback/nod, which is not registered yet:
//   nod client update ${client_id} --redirect-uri ${new URL('/api/auth/callback/nod', uri).href}
`
}
