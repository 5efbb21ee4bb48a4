/** What `nod client` tells about a client: its credentials, lines for the site's library, and what is still to be done. */
import { isPublic, type Registered } from '../clients.ts'
import type { ClientRow } from '../store/rows.ts'
import { findSnippet, snippetsFor } from './snippets/all-snippets.ts'

export const credentialsOf = ({ client: { client_id }, client_secret }: Registered) => ({
  client_id,
  ...(client_secret !== null && { client_secret }),
})

/** A client as the list has it: all but the hash of its secret. */
export const described = ({ secret_hash, ...client }: ClientRow) => ({
  ...client,
  public: isPublic({ ...client, secret_hash }),
})

/** What was laid down for it, as far as that is not the usual. */
export const policyLines = ({ confirm, initiator, allowed_networks, scopes }: ClientRow): string[] => [
  ...(confirm === 'number' ? [] : [`  confirm       ${confirm}`]),
  ...(initiator === 'any' ? [] : [`  initiator     ${initiator}`]),
  ...allowed_networks.map((network) => `  network       ${network}`),
  ...(scopes.length === 0 ? [] : [`  scope         ${[...new Set(['openid', ...scopes])].join(' ')}`]),
]

export const credentialLines = (registered: Registered): string =>
  [
    `  client_id      ${registered.client.client_id}`,
    ...(registered.client_secret === null
      ? []
      : [`  client_secret  ${registered.client_secret}`, '                 shown this once: only its hash is kept']),
  ].join('\n')

/** The lines of one library, of the usual one unless it is said which. Null: this client cannot be used that way. */
export function snippetOf(registered: Registered, issuer: string, name?: string): string | null {
  const { client } = registered
  const asked = name ?? snippetsFor(client)[0]
  const snippet = asked === undefined ? null : findSnippet(asked)
  if (!snippet?.fits(client)) return null
  return `${snippet.title}:\n\n${snippet.write({ issuer, ...registered }).trimEnd()}`
}

/** After a registration: how the site goes on. */
export function nextSteps(registered: Registered, issuer: string, name?: string): string {
  const { client } = registered
  const snippet = snippetOf(registered, issuer, name)
  const next = snippet ? [`Any OpenID Connect library signs people in with these. With ${snippet}`] : []
  const [usual, ...others] = snippetsFor(client)
  const more = name === undefined && usual !== undefined && others.length > 0 ? [otherSnippets(client, others)] : []
  return [`registered ${client.name}`, credentialLines(registered), ...next, ...more, ...offer(client)].join('\n\n')
}

const otherSnippets = ({ client_id }: ClientRow, others: string[]): string =>
  `The same for ${others.join(', ')}:\n  nod client update ${client_id} --snippet ${others[0]}`

/** What the extension and `<nod-login>` lack to show the code in the site's own page; nothing for clients without pages. */
function offer({ client_id, origins: [origin], start_uri, redirect_uris }: ClientRow): string[] {
  if (redirect_uris.length === 0) return []
  if (origin === undefined)
    return [
      'Its pages are not known, so no code is shown in them, only on a page of this gateway. To have it there:\n' +
        `  nod client update ${client_id} --origin ORIGIN --start-uri URI`,
    ]
  if (start_uri !== null) return []
  return [
    'So that the extension offers the site, say which address of it redirects to this gateway (that behind "Sign in",\n' +
      'not the login page itself):\n' +
      `  nod client update ${client_id} --start-uri ${origin}/…`,
  ]
}
