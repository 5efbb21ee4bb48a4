/**
 * Reads from a request which client it says to be, and how it shows that (RFC 6749 §2.3.1): in the Authorization header or
 * in the body, never in the query, and never in two ways at once.
 */
import { JWT_BEARER } from '../client-assertions.ts'
import type { ClientCredentials, Credentials } from '../client-credentials.ts'
import { NodError } from '../error.ts'
import type { Params } from '../params.ts'
import type { ClientRow } from '../store/rows.ts'
import { decodeFormText } from './form.ts'
import type { Ctx } from './request.ts'

/**
 * The client that sent this. Throws `invalid_client`; who authenticates in two ways at once has shown neither.
 * `proven`: saying one's name, as a public client does, is not enough.
 */
export async function authenticateClient(
  c: Ctx,
  params: Params,
  credentials: ClientCredentials,
  { proven = false } = {},
): Promise<ClientRow> {
  const read = readCredentials(c.req.header('authorization'), params)
  const client = read && !(proven && read.method === 'none') ? await credentials.authenticate(read) : null
  // RFC 9110 §11.6.1 wants a challenge on every 401, and RFC 6749 §5.2 this one.
  if (!client) throw new NodError('invalid_client', { headers: { 'WWW-Authenticate': 'Basic realm="nod"' } })
  return client
}

function readCredentials(authorization: string | undefined, params: Params): Credentials | null {
  const client_id = params.get('client_id')
  const client_secret = params.get('client_secret')
  const assertion = params.get('client_assertion')
  const type = params.get('client_assertion_type')
  const ways = [authorization, client_secret, assertion ?? type].filter((way) => way !== undefined)
  if (ways.length > 1) return null
  if (authorization !== undefined) {
    const basic = readBasic(authorization)
    return basic && (client_id === undefined || client_id === basic.client_id) ? basic : null
  }
  if (assertion !== undefined)
    return type === JWT_BEARER ? { method: 'private_key_jwt', client_id, client_assertion: assertion } : null
  if (client_id === undefined || type !== undefined) return null
  if (client_secret !== undefined) return { method: 'client_secret_post', client_id, client_secret }
  return { method: 'none', client_id }
}

/** Both halves are form-urlencoded before they are joined; secrets with a colon or a plus depend on it. */
function readBasic(authorization: string): (Credentials & { method: 'client_secret_basic' }) | null {
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1]
  const [id, ...rest] = Buffer.from(encoded ?? '', 'base64')
    .toString()
    .split(':')
  const client_id = decodeFormText(id ?? '')
  const client_secret = decodeFormText(rest.join(':'))
  if (!client_id || !client_secret) return null
  return { method: 'client_secret_basic', client_id, client_secret }
}
