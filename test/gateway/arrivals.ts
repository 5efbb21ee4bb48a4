/** Authorization requests as a browser brings them, for a session or for a page, and what the page was told. */
import type { ClientRow } from '../../gateway/store/rows.ts'
import { challengeOf } from './people.ts'
import type { TestGateway } from './support.ts'

export const SESSION = { accept: 'application/nod-session+json' }
export const PAGE = { accept: 'text/html' }

export async function query(client: ClientRow, change: Record<string, string> = {}): Promise<URLSearchParams> {
  return new URLSearchParams({
    client_id: client.client_id,
    response_type: 'code',
    redirect_uri: client.redirect_uris[0]!,
    scope: 'openid profile',
    state: 'a-state',
    code_challenge: await challengeOf(),
    code_challenge_method: 'S256',
    ...change,
  })
}

export const open = async (gateway: TestGateway, client: ClientRow, headers: Record<string, string>, change = {}) =>
  gateway.fetch(`/authorize?${await query(client, change)}`, { headers })

export const pageData = async (answer: Response) =>
  JSON.parse(/id="nod-data">([^<]*)</.exec(await answer.text())![1]!) as {
    error?: string
    params: Record<string, string>
  }
