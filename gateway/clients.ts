/**
 * Registered sites and applications: kept and found. What a registration may say is judged in registration.ts, and which
 * client presents some credentials in client-credentials.ts. Knows no HTTP.
 */
import type { Site } from '../shared/protocol/messages.ts'
import type { Deps } from './deps.ts'
import { everywhereOn } from './origins.ts'
import { hash, randomId, randomSecret } from './secrets.ts'
import type { ClientRow } from './store/rows.ts'

/** What an operator says about a client; the rest the gateway decides. */
export type Registration = Omit<ClientRow, 'client_id' | 'secret_hash' | 'created_at'>

export interface Registered {
  client: ClientRow
  /** Null for a client that has none, or keeps the one it has. */
  client_secret: string | null
}

export type Clients = ReturnType<typeof createClients>

export function createClients({ store, clock }: Pick<Deps, 'store' | 'clock'>) {
  return {
    find: (client_id: string) => store.findClient(client_id),
    list: () => store.listClients(),

    /** The one of this id, or all of this name. */
    async named(name: string): Promise<ClientRow[]> {
      const found = await store.findClient(name)
      return found ? [found] : (await store.listClients()).filter((client) => client.name === name)
    },

    /** Stores a new client under an id of its own. The secret is given this once and kept as a hash. */
    async add(registration: Registration, with_secret: boolean): Promise<Registered> {
      const secret = with_secret ? randomSecret() : null
      const client: ClientRow = {
        ...registration,
        client_id: clientIdFor(registration.name),
        secret_hash: secret && hash(secret),
        created_at: clock.now(),
      }
      await store.insertClient(client)
      return { client, client_secret: secret }
    },

    /** Null: it has been removed meanwhile. `secret`: keep the one it has, give it a new one, or take it away. */
    async update(client: ClientRow, secret: 'keep' | 'new' | 'none'): Promise<Registered | null> {
      const client_secret = secret === 'new' ? randomSecret() : null
      const secret_hash = secret === 'keep' ? client.secret_hash : client_secret && hash(client_secret)
      const updated = { ...client, secret_hash }
      return (await store.updateClient(updated)) ? { client: updated, client_secret } : null
    },

    remove: (client_id: string) => store.removeClient(client_id),

    /** What the extension may offer: sites that have a page to sign in on and an address that starts a sign-in. */
    async sites(): Promise<Site[]> {
      return (await store.listClients()).flatMap((client) => siteOf(client) ?? [])
    },
  }
}

/** Neither a secret nor keys: anyone can claim to be it, so PKCE is all that ties a code to its request (RFC 8252 §8.4). */
export const isPublic = (client: ClientRow): boolean =>
  client.secret_hash === null && client.jwks === null && client.jwks_uri === null

function siteOf({ client_id, name, origins, login_matches, start_uri, mount }: ClientRow): Site | null {
  if (start_uri === null || origins.length === 0) return null
  const matches = login_matches.length > 0 ? login_matches : everywhereOn(origins)
  return { client_id, name, origins, login_matches: matches, start_uri, ...(mount !== null && { mount }) }
}

/** Readable in a log and on a command line: the name's letters and a random rest. */
function clientIdFor(name: string): string {
  const words = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 32)
  const rest = hash(randomId())
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(0, 8)
  return `${words || 'client'}-${rest}`
}
