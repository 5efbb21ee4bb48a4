/** The snippets by the names an operator may ask for them. */
import type { ClientRow } from '../../store/rows.ts'
import { authJs } from './auth-js.ts'
import { curl } from './curl.ts'
import { modAuthOpenidc } from './mod-auth-openidc.ts'
import { openidClient } from './openid-client.ts'
import type { Snippet } from './snippet.ts'
import { springSecurity } from './spring-security.ts'

const SNIPPETS: Readonly<Record<string, Snippet>> = {
  'openid-client': openidClient,
  'auth.js': authJs,
  'spring-security': springSecurity,
  mod_auth_openidc: modAuthOpenidc,
  curl,
}

export const SNIPPET_NAMES = Object.keys(SNIPPETS)

/** `Auth.js`, `authjs` and `auth-js` are one. */
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '')

/** Null for a name that none has. */
export function findSnippet(name: string): Snippet | null {
  const found = SNIPPET_NAMES.find((known) => plain(known) === plain(name))
  return found === undefined ? null : SNIPPETS[found]!
}

/** The names of those this client can use, the one most sites want first. */
export const snippetsFor = (client: ClientRow): string[] => SNIPPET_NAMES.filter((name) => SNIPPETS[name]!.fits(client))
