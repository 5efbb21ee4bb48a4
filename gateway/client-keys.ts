/**
 * The public keys of clients that sign their assertions: registered with them, or fetched from the `jwks_uri` they
 * registered and kept for a while. Never from anything that a token says.
 */
import * as v from 'valibot'
import type { Deps } from './deps.ts'
import { request } from './outbound.ts'
import type { ClientRow } from './store/rows.ts'

/** Seconds for which fetched keys are taken as they are. */
const FRESH = 300
/** Seconds for which they still serve when they cannot be fetched again. */
const STALE = 3600
/** Seconds between two fetches at the least, so that no stranger's token can make many. */
const COOL_DOWN = 30

const MOST_BYTES = 64 * 1024

const Jwks = v.object({ keys: v.array(v.looseObject({ kty: v.string() })) })

/** A public key as JWK (RFC 7517 §4). */
export type ClientKey = v.InferOutput<typeof Jwks>['keys'][number]

interface Copy {
  keys: ClientKey[]
  /** Epoch seconds; 0 while there never was one. */
  fetched_at: number
  tried_at: number
}

export type ClientKeys = ReturnType<typeof createClientKeys>

export function createClientKeys({ clock, log }: Pick<Deps, 'clock' | 'log'>) {
  const copies = new Map<string, Copy>()
  const under_way = new Map<string, Promise<void>>()

  async function fetchKeys(client_id: string, jwks_uri: string): Promise<void> {
    const tried_at = clock.now()
    const before = copies.get(jwks_uri)
    try {
      const { status, text } = await request(jwks_uri, {
        headers: { accept: 'application/json' },
        most_bytes: MOST_BYTES,
      })
      if (status !== 200) throw new Error(`answered ${status}`)
      const { keys } = v.parse(v.pipe(v.string(), v.parseJson(), Jwks), text)
      copies.set(jwks_uri, { keys, fetched_at: tried_at, tried_at })
    } catch (error) {
      copies.set(jwks_uri, { keys: before?.keys ?? [], fetched_at: before?.fetched_at ?? 0, tried_at })
      log.warn('the keys of a client could not be fetched', { client_id, detail: (error as Error).message })
    }
  }

  /** One fetch at a time for an address, however many wait for it. */
  function fetchOnce(client_id: string, jwks_uri: string): Promise<void> {
    const fetching = under_way.get(jwks_uri) ?? fetchKeys(client_id, jwks_uri).finally(() => under_way.delete(jwks_uri))
    under_way.set(jwks_uri, fetching)
    return fetching
  }

  return {
    /**
     * The client's keys as far as they are known; `again`: none of those fitted, so look whether there are newer ones.
     * Empty when it has none or they cannot be had.
     */
    async of({ client_id, jwks, jwks_uri }: ClientRow, again = false): Promise<ClientKey[]> {
      if (jwks_uri === null) return (jwks?.keys ?? []) as ClientKey[]
      const now = clock.now()
      const copy = copies.get(jwks_uri)
      const due = again || !copy || now - copy.fetched_at >= FRESH
      if (due && !(copy && now - copy.tried_at < COOL_DOWN)) await fetchOnce(client_id, jwks_uri)
      const newest = copies.get(jwks_uri)
      return newest && now - newest.fetched_at < STALE ? newest.keys : []
    },
  }
}
