/**
 * Which client presents these credentials (RFC 6749 §2.3, OpenID Connect Core §9), each client by the one way it was
 * registered for. Knows no HTTP.
 */
import type { ClientAssertions } from './client-assertions.ts'
import { type Clients, isPublic } from './clients.ts'
import { hash, randomSecret, sameHash } from './secrets.ts'
import type { ClientRow } from './store/rows.ts'

/** How a client can show at the token endpoint which one it is. */
export const CLIENT_AUTH_METHODS = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'] as const

export type Credentials =
  | { method: 'client_secret_basic' | 'client_secret_post'; client_id: string; client_secret: string }
  | { method: 'private_key_jwt'; client_id: string | undefined; client_assertion: string }
  | { method: 'none'; client_id: string }

export type ClientCredentials = ReturnType<typeof createClientCredentials>

export function createClientCredentials(clients: Clients, assertions: ClientAssertions) {
  const nobodys_secret_hash = hash(randomSecret())

  /** An unknown client costs as much as a wrong secret. */
  async function bySecret(client_id: string, client_secret: string): Promise<ClientRow | null> {
    const client = await clients.find(client_id)
    const fits = sameHash(hash(client_secret), client?.secret_hash ?? nobodys_secret_hash)
    return client && fits ? client : null
  }

  return {
    /** The client that presents these, or null. */
    async authenticate(credentials: Credentials): Promise<ClientRow | null> {
      switch (credentials.method) {
        case 'client_secret_basic':
        case 'client_secret_post':
          return bySecret(credentials.client_id, credentials.client_secret)
        case 'private_key_jwt':
          return assertions.client(credentials.client_assertion, credentials.client_id)
        case 'none': {
          const client = await clients.find(credentials.client_id)
          return client && isPublic(client) ? client : null
        }
      }
    },
  }
}
