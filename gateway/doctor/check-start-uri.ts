/**
 * Whether a site's start URI leads to the gateway with a request that would be taken: follows it as the extension does,
 * as far as the gateway's door and not through it.
 */
import { SESSION_MEDIA_TYPE } from '../../shared/protocol/session-messages.ts'
import type { Authorizations } from '../authorization.ts'
import { type Answer, request } from '../outbound.ts'
import { paramsOf } from '../params.ts'
import type { ClientRow } from '../store/rows.ts'
import { checkClock } from './check-clock.ts'
import { checkRedirectUri } from './check-registered.ts'
import { type Finding, fault, well } from './finding.ts'

const CHECK = 'start URI'

/** A site may set a cookie and send the browser round once or twice before it comes here. */
const MOST_STEPS = 5
const MOST_BYTES = 1024 * 1024

interface Asking {
  issuer: string
  client: ClientRow
  authorizations: Authorizations
  /** Epoch seconds here. */
  now: number
}

export async function checkStartUri(asking: Asking): Promise<Finding[]> {
  const { client, issuer } = asking
  if (client.start_uri === null)
    return client.origins.length === 0
      ? []
      : [
          fault(
            CHECK,
            'there is none, so the extension does not offer this site',
            `say where its "Sign in" link leads: nod client update ${client.client_id} --start-uri ${client.origins[0]}/…`,
          ),
        ]
  let url = new URL(client.start_uri)
  const cookies = new Map<string, string>()
  const clock: Finding[] = []
  for (let step = 0; step < MOST_STEPS; step++) {
    const answer = await visit(url, cookies)
    if (answer instanceof Error) return [...clock, unreachable(url, answer)]
    if (step === 0) clock.push(...checkClock(url.host, answer.headers, asking.now))
    const next = nextOf(url, answer)
    if (!next) return [...clock, noRedirect(client, url, answer)]
    if (next.origin === issuer) return [...clock, ...(await judged(asking, next))]
    if (!client.origins.includes(next.origin)) return [...clock, elsewhere(issuer, url, next)]
    url = next
  }
  return [...clock, fault(CHECK, `${client.start_uri} goes round in circles`, `let it redirect to ${issuer}/authorize`)]
}

async function visit(url: URL, cookies: Map<string, string>): Promise<Answer | Error> {
  const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
  try {
    const headers = { accept: SESSION_MEDIA_TYPE, ...(cookie && { cookie }) }
    const answer = await request(url.href, { headers, most_bytes: MOST_BYTES })
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=;]+)=([^;]*)/.exec(line) ?? []
      if (name !== undefined) cookies.set(name.trim(), value!)
    }
    return answer
  } catch (error) {
    return error as Error
  }
}

function nextOf(url: URL, { status, headers }: Answer): URL | null {
  const location = headers.get('location')
  return status >= 300 && status < 400 && location !== null ? URL.parse(location, url) : null
}

/** What the gateway would say to the request that the site makes. */
async function judged({ issuer, client, authorizations }: Asking, url: URL): Promise<Finding[]> {
  if (url.pathname !== '/authorize')
    return [fault(CHECK, `it leads to ${url.pathname} of the gateway`, `let it redirect to ${issuer}/authorize`)]
  const params = paramsOf(Object.fromEntries([...url.searchParams].filter(([, value]) => value !== '')))
  const client_id = params.get('client_id')
  if (client_id !== client.client_id)
    return [
      fault(
        CHECK,
        `it signs in to the client ${client_id ?? 'without a client_id'}, and this one is ${client.client_id}`,
        `give the site's library client_id ${client.client_id}`,
      ),
    ]
  if (params.get('request_uri') !== undefined)
    return [well(CHECK, `${client.start_uri} leads here, by a pushed request`)]
  const asked = await authorizations.judge(params, { address: null, pushed: false, by_extension: true })
  if (asked.ok) return [well(CHECK, `${client.start_uri} leads here, with a request that is sound`)]
  const { error, description } = asked.fault
  if (error === 'invalid_redirect_uri') return [checkRedirectUri(client, params.get('redirect_uri') ?? '')]
  return [
    fault(
      CHECK,
      `it leads here, but its request would be refused: ${[error, description].filter(Boolean).join(': ')}`,
      'mend that in the settings of the site’s library; `nod client update CLIENT --snippet NAME` prints ones that work',
    ),
  ]
}

const unreachable = (url: URL, { message }: Error): Finding =>
  fault(CHECK, `${url.href} cannot be reached: ${message}`, 'start the site, or register the right --start-uri')

const noRedirect = (client: ClientRow, url: URL, { status }: Answer): Finding =>
  fault(
    CHECK,
    `${url.href} answers ${status} and does not redirect to the gateway`,
    status === 401 || status === 403 || status === 406
      ? 'let it redirect whoever asks, also where that is no navigation (mod_auth_openidc: OIDCUnAuthAction auth true)'
      : `register the address that the "Sign in" link itself has: nod client update ${client.client_id} --start-uri URI`,
  )

const elsewhere = (issuer: string, url: URL, next: URL): Finding =>
  fault(
    CHECK,
    `${url.href} redirects to ${next.origin}, which is neither the gateway nor an origin of the site`,
    `give the site's library the issuer ${issuer}; if ${next.origin} is the site's, register it with --origin`,
  )
