/** What was laid down for a client, said again in words: whoever is refused by a policy looks for a fault first. */
import type { ClientRow } from '../store/rows.ts'
import { type Finding, well } from './finding.ts'

const STARTED = {
  any: [],
  extension: ['only a browser whose extension is linked starts a sign-in, and only its account approves'],
  backend: ['only requests that the site has pushed start a sign-in'],
}

export function checkPolicies({ initiator, allowed_networks, scopes }: ClientRow): Finding[] {
  const said = [
    ...STARTED[initiator],
    ...(allowed_networks.length > 0 ? [`pages and devices are on ${allowed_networks.join(', ')}`] : []),
    ...(scopes.length > 0 ? [`of the scope it gets ${[...new Set(['openid', ...scopes])].join(' ')} at most`] : []),
  ]
  return said.length > 0 ? [well('policies', said.join('; '))] : []
}
