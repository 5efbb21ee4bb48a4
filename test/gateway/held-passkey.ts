/** A passkey as a person comes by one: signed in with the password, on the gateway's own page. */
import { expect } from 'vitest'
import type { PasskeyCreation } from '../../shared/protocol/passkey.ts'
import { type Authenticator, authenticator } from './authenticator.ts'
import { pageHeaders, signIn } from './people.ts'
import type { TestGateway } from './support.ts'

export const post = (gateway: TestGateway, path: string, headers: Record<string, string>, body?: object) =>
  gateway.fetch(path, { method: 'POST', headers, ...(body && { body: JSON.stringify(body) }) })

export const addOptions = async (gateway: TestGateway, headers: Record<string, string>): Promise<PasskeyCreation> =>
  (await post(gateway, '/v1/me/passkeys/options', headers)).json() as Promise<PasskeyCreation>

/** Signs in with the password and adds a passkey; the authenticator that holds it. */
export async function withPasskey(gateway: TestGateway, username: string, options = {}): Promise<Authenticator> {
  const headers = pageHeaders(gateway, await signIn(gateway, username))
  const held = authenticator(gateway.issuer, options)
  const passkey = held.register(await addOptions(gateway, headers))
  expect((await post(gateway, '/v1/me/passkeys', headers, { name: 'Laptop', passkey })).status).toBe(201)
  return held
}
