/** Whether a value that a site sends is registered for it, and which one it was probably meant to be. */
import { nearestHint } from '../nearest.ts'
import { originFault } from '../origins.ts'
import { isRegisteredRedirectUri, redirectUriFault } from '../redirect-uris.ts'
import type { ClientRow } from '../store/rows.ts'
import { type Finding, fault, well } from './finding.ts'

export function checkRedirectUri(client: ClientRow, tried: string): Finding {
  if (isRegisteredRedirectUri(client, tried)) return well('redirect_uri', `${tried} is registered`)
  const problem = redirectUriFault(tried)
  return fault(
    'redirect_uri',
    nearestHint('redirect_uri', tried, client.redirect_uris),
    problem ? sendAnother(problem) : register(client, '--redirect-uri', tried),
  )
}

export function checkOrigin(client: ClientRow, tried: string): Finding {
  if (client.origins.includes(tried)) return well('origin', `${tried} is registered`)
  const problem = originFault(tried)
  return fault(
    'origin',
    nearestHint('origin', tried, client.origins),
    problem ? sendAnother(problem) : register(client, '--origin', tried),
  )
}

const register = ({ client_id }: ClientRow, flag: string, value: string): string =>
  `let the site send the registered one, or register this: nod client update ${client_id} ${flag} '${value}'`

const sendAnother = (problem: string): string =>
  `let the site send the registered one; this cannot be registered, since it ${problem}`
