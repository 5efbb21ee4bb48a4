/** The scopes that are known here, and which of them a client is given. Pure. */
import type { ClientRow } from './store/rows.ts'

export const SCOPES = ['openid', 'profile', 'offline_access'] as const

export const OFFLINE_ACCESS = 'offline_access'

/**
 * Whether this client may have refresh tokens. A device's code is approved by whoever was made to type it, so what it
 * brings does not last unless the operator said so for the device grant by name.
 */
export const mayStayOffline = (client: ClientRow, kind: 'code' | 'device'): boolean =>
  client.offline_access && (kind === 'code' || client.device_offline_access)

/** What a client may know of a person; offline_access tells nothing, and is switched on by itself. */
export const withinPolicy = (scope: string, { scopes }: ClientRow): string =>
  scope
    .split(' ')
    .filter((one) => scopes.length === 0 || one === 'openid' || one === OFFLINE_ACCESS || scopes.includes(one))
    .join(' ')

/**
 * What of the scope asked for is given; the rest is ignored (OpenID Connect Core §3.1.2.1). Every sign-in is approved by a
 * person who was shown its scope, which is the consent that §11 asks for; `prompt=consent` adds nothing to it.
 */
export function grantedScope(asked: string, client: ClientRow, kind: 'code' | 'device'): string {
  const wanted = new Set(asked.split(' '))
  const given = SCOPES.filter((scope) => wanted.has(scope))
  return withinPolicy(
    given.filter((scope) => scope !== OFFLINE_ACCESS || mayStayOffline(client, kind)).join(' '),
    client,
  )
}
