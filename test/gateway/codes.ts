/** Codes that a person has approved, and what a site's backend does with them at the token endpoint. */
import type { ClientRow } from '../../gateway/store/rows.ts'
import { approve, type Person, VERIFIER, waitingPage } from './people.ts'
import type { TestGateway } from './support.ts'

/** Where the browser is sent after an approval. `change` replaces parameters of the authorization request. */
export async function approved(
  gateway: TestGateway,
  client: ClientRow,
  approver: Person,
  change: Record<string, string> = {},
): Promise<URL> {
  const page = await waitingPage(gateway, client, change)
  await approve(approver, page)
  return new URL((await page.view()).redirect_to!)
}

export async function issuedCode(
  gateway: TestGateway,
  client: ClientRow,
  approver: Person,
  change: Record<string, string> = {},
): Promise<string> {
  return (await approved(gateway, client, approver, change)).searchParams.get('code')!
}

/** The token request of a public client; `change` replaces parameters, and leaves out those that are undefined. */
export function redemption(client: ClientRow, code: string, change: Record<string, string | undefined> = {}) {
  const params = {
    grant_type: 'authorization_code',
    client_id: client.client_id,
    code,
    redirect_uri: client.redirect_uris[0],
    code_verifier: VERIFIER,
    ...change,
  }
  return Object.entries(params).filter((param): param is [string, string] => param[1] !== undefined)
}

export const redeem = (
  gateway: TestGateway,
  params: [string, string][],
  headers: Record<string, string> = {},
): Promise<Response> => gateway.fetch('/token', { method: 'POST', headers, body: new URLSearchParams(params) })

/** Status and error code, which is what a client goes by: `400 invalid_grant`; `200` alone when there is no error. */
export async function outcome(answering: Promise<Response>): Promise<string> {
  const answer = await answering
  const body = await answer.text()
  const { error } = (body === '' ? {} : JSON.parse(body)) as { error?: string }
  return [answer.status, error].filter(Boolean).join(' ')
}
