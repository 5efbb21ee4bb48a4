/** What every snippet is: lines for one library, filled in with the values of one registered client. */
import { withinPolicy } from '../../scopes.ts'
import type { ClientRow } from '../../store/rows.ts'

export interface SnippetValues {
  issuer: string
  client: ClientRow
  /** Null for a client that has none, or whose secret was shown before: only its hash is kept. */
  client_secret: string | null
}

/** What decides which snippets a client can use. */
export type Usable = Pick<ClientRow, 'redirect_uris' | 'device_grant' | 'jwks' | 'jwks_uri' | 'initiator'>

export interface Snippet {
  /** What it is for, as people call it. */
  title: string
  /** Whether this client can be used that way. */
  fits(client: Usable): boolean
  write(values: SnippetValues): string
}

export const hasSecret = (client: ClientRow): boolean => client.secret_hash !== null
export const hasKeys = (client: Usable): boolean => client.jwks !== null || client.jwks_uri !== null
export const hasPage = (client: Usable): boolean => client.redirect_uris.length > 0

export const mustPush = (client: Usable): boolean => client.initiator === 'backend'

export const scopeOf = (client: ClientRow): string =>
  withinPolicy(client.offline_access ? 'openid profile offline_access' : 'openid profile', client)

/** The secret where it is known; else words that say what belongs there. */
export const secretText = ({ client_secret }: SnippetValues): string => client_secret ?? 'the-client-secret'

/** A JavaScript string. */
export const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`

/** A word of a POSIX shell. */
export const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
