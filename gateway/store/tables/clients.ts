/** Registered sites and applications. */
import { all, type Db, first, insert, reader, run } from '../database.ts'
import type { ClientRow } from '../rows.ts'
import { touchStanding } from './standing.ts'

const client = reader<ClientRow>(
  ['redirect_uris', 'origins', 'login_matches', 'jwks', 'post_logout_redirect_uris', 'allowed_networks', 'scopes'],
  ['native', 'device_grant', 'pkce', 'offline_access', 'device_offline_access'],
)

export const reads = {
  findClient: (db: Db, client_id: string) =>
    client(first(db, 'SELECT * FROM clients WHERE client_id = @client_id', { client_id })),
  listClients: (db: Db) => all(db, 'SELECT * FROM clients ORDER BY name, client_id').map((row) => client(row)!),
  isRegisteredOrigin: (db: Db, origin: string): boolean =>
    first(db, 'SELECT 1 AS yes FROM clients, json_each(clients.origins) AS o WHERE o.value = @origin LIMIT 1', {
      origin,
    }) !== undefined,
  otherOrigins: (db: Db, client_id: string): string[] =>
    all(
      db,
      'SELECT DISTINCT o.value AS origin FROM clients, json_each(clients.origins) AS o WHERE client_id <> @client_id',
      {
        client_id,
      },
    ).map((row) => row.origin as string),
  isPublicClientOrigin: (db: Db, origin: string): boolean =>
    first(
      db,
      `SELECT 1 AS yes FROM clients, json_each(clients.origins) AS o WHERE o.value = @origin
         AND secret_hash IS NULL AND jwks IS NULL AND jwks_uri IS NULL LIMIT 1`,
      { origin },
    ) !== undefined,
}

export const writes = {
  insertClient(db: Db, row: ClientRow): void {
    insert(db, 'clients', row)
    touchStanding(db)
  },
  updateClient(db: Db, row: ClientRow): boolean {
    const assignments = Object.keys(row).map((column) => `${column} = @${column}`)
    touchStanding(db)
    return run(db, `UPDATE clients SET ${assignments.join(', ')} WHERE client_id = @client_id`, { ...row }) === 1
  },
  removeClient(db: Db, client_id: string): boolean {
    touchStanding(db)
    return run(db, 'DELETE FROM clients WHERE client_id = @client_id', { client_id }) === 1
  },
}
