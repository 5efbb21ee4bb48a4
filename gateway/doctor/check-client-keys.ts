/** Whether the keys of a client that signs its authentication can be had. */
import { createClientKeys } from '../client-keys.ts'
import type { Deps } from '../deps.ts'
import type { ClientRow } from '../store/rows.ts'
import { type Finding, fault, well } from './finding.ts'

export async function checkClientKeys(client: ClientRow, clock: Deps['clock']): Promise<Finding[]> {
  const { jwks_uri } = client
  if (jwks_uri === null) return []
  let reason = 'it has none'
  const ignore = () => {}
  const log = {
    debug: ignore,
    info: ignore,
    error: ignore,
    warn: (_: string, { detail = '' }: { detail?: string } = {}) => {
      reason = detail
    },
  }
  const keys = await createClientKeys({ clock, log }).of(client)
  if (keys.length > 0) return [well('keys', `${jwks_uri} has ${keys.length} of the client’s keys`)]
  return [
    fault(
      'keys',
      `${jwks_uri} gives no keys: ${reason}`,
      'let it answer 200 with a JWK Set, by itself and without a redirect, to requests from this machine',
    ),
  ]
}
