/**
 * Pushed authorization requests (RFC 9126): a client leaves its request here over a connection of its own, and the browser
 * only brings a reference, which nobody can read or change on the way. Knows no HTTP.
 */
import type { Authorizations, Fault, Judged } from './authorization.ts'
import type { Deps } from './deps.ts'
import { type Params, paramsOf } from './params.ts'
import type { Arrival } from './policies.ts'
import { hash, randomSecret } from './secrets.ts'
import type { ClientRow } from './store/rows.ts'

/** RFC 9126 §2.2. */
const REQUEST_URI = 'urn:ietf:params:oauth:request_uri:'
/** Begins a reference that is held for a page, so that one is never held anew. */
const HELD = 'held.'

/** Seconds until a browser has to bring it, and for which a page of the gateway may then go on with it. */
const PUSHED_SECONDS = 60
const HELD_SECONDS = 3600

/** What shows who the client is has no business in what is kept. */
const CREDENTIALS = new Set(['client_secret', 'client_assertion', 'client_assertion_type'])

/** Whoever will bring it has not come yet, and is looked at then. */
const PUSHING: Arrival = { address: null, pushed: true, by_extension: true }

export interface Pushed {
  request_uri: string
  /** Seconds. */
  expires_in: number
}

export type PushedRequests = ReturnType<typeof createPushedRequests>

export function createPushedRequests(
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
  clients: { find(client_id: string): Promise<ClientRow | null> },
  authorizations: Authorizations,
) {
  async function keep(client_id: string, params: Params, seconds: number, held: boolean): Promise<Pushed> {
    const reference = (held ? HELD : '') + randomSecret()
    await store.insertPushedRequest({
      request_hash: hash(reference),
      client_id,
      params: Object.fromEntries(params.names.map((name) => [name, params.get(name)!])),
      held,
      expires_at: clock.now() + seconds,
    })
    return { request_uri: REQUEST_URI + reference, expires_in: seconds }
  }

  /** The request that this one refers to; itself where it refers to none of ours, null where that is unknown or over. */
  async function resolve(params: Params): Promise<Params | null> {
    const request_uri = params.get('request_uri')
    if (!request_uri?.startsWith(REQUEST_URI)) return params
    const client_id = params.get('client_id')
    if (client_id === undefined || params.repeated.length > 0) return null
    const kept = await store.takePushedRequest(hash(request_uri.slice(REQUEST_URI.length)), client_id, clock.now())
    return kept && paramsOf(kept)
  }

  return {
    /** Judges the request now, so that its faults are told to who can mend them (RFC 9126 §2.3), and keeps it. */
    async push(client: ClientRow, params: Params): Promise<({ ok: true } & Pushed) | { ok: false; fault: Fault }> {
      const refused = (description: string) =>
        ({ ok: false, fault: { error: 'invalid_request', description } }) as const
      // RFC 9126 §2.1: a reference cannot be pushed itself.
      if (params.get('request_uri') !== undefined) return refused('request_uri must not be pushed.')
      const values = params.names
        .filter((name) => !CREDENTIALS.has(name))
        .map((name): [string, string] => [name, params.get(name)!])
      const request = paramsOf({ ...Object.fromEntries(values), client_id: client.client_id })
      const judged = await authorizations.judge(request, PUSHING)
      if (!judged.ok) return { ok: false, fault: judged.fault }
      return { ok: true, ...(await keep(client.client_id, request, PUSHED_SECONDS, false)) }
    },

    /**
     * As `authorizations.judge`, of the request as it was pushed where there is only a reference to it. A reference is
     * good for one time. `params`: what was judged.
     */
    async judge(params: Params, from: Omit<Arrival, 'pushed'>): Promise<{ judged: Judged; params: Params }> {
      const request = await resolve(params)
      const pushed = request !== params
      if (request) return { judged: await authorizations.judge(request, { ...from, pushed }), params: request }
      const client_id = params.get('client_id')
      const client = client_id === undefined ? null : await clients.find(client_id)
      return { judged: { ok: false, client, fault: { error: 'invalid_request_uri' }, answer_to: null }, params }
    },

    /**
     * A new reference to a request that a browser has brought, for the gateway's own page to create its sessions with:
     * more than once, since a code that ran out is followed by another.
     */
    async hold(client: ClientRow, params: Params, request_uri: string | undefined): Promise<{ request_uri: string }> {
      if (request_uri?.startsWith(REQUEST_URI + HELD)) return { request_uri }
      return keep(client.client_id, params, HELD_SECONDS, true)
    },
  }
}
