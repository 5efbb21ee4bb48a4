/** The two sides of linking: an extension that has announced itself, and a person who reads what it asks for. */
import { expect } from 'vitest'
import { type DeviceKey, signJws } from '../../shared/client/device-key.ts'
import { DEVICE_PROOF_TYP } from '../../shared/protocol/decision.ts'
import type { LinkCreated, LinkView } from '../../shared/protocol/messages.ts'
import { addAccount, memoryKey, pageHeaders, signIn } from './people.ts'
import type { TestGateway } from './support.ts'

export const json = async (answer: Response): Promise<Record<string, unknown>> => answer.json()
export const refused = async (answer: Response) => [answer.status, (await json(answer)).error]

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0'

export async function proofOf(gateway: TestGateway, key: DeviceKey, change: object = {}): Promise<string> {
  const iat = gateway.clock.now()
  const payload = { aud: gateway.issuer, jti: crypto.randomUUID(), iat, exp: iat + 60, ...change }
  return signJws(key, { typ: DEVICE_PROOF_TYP }, payload)
}

export const announce = (gateway: TestGateway, body: object) =>
  gateway.fetch('/v1/links', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': FIREFOX },
    body: JSON.stringify(body),
  })

/** An extension that has announced itself and waits. */
export async function extension(gateway: TestGateway) {
  const key = await memoryKey()
  const body = { name: 'Firefox on Linux', public_key: key.public_key, proof: await proofOf(gateway, key) }
  const answer = await announce(gateway, body)
  expect(answer.status).toBe(201)
  const link = (await answer.json()) as LinkCreated
  const wait = (query = '', secret = link.link_secret) =>
    gateway.fetch(`/v1/links/${link.link_id}${query}`, { headers: { authorization: `Bearer ${secret}` } })
  return { key, link, wait, view: async () => (await wait()).json() as Promise<LinkView> }
}

/** A person at the gateway's page, signed in just now. */
export async function reader(gateway: TestGateway, username = 'ada') {
  const { sub } = await addAccount(gateway, username)
  const headers = pageHeaders(gateway, await signIn(gateway, username))
  return {
    sub,
    headers,
    offer: (link_id: string) => gateway.fetch(`/v1/links/${link_id}/offer`, { headers }),
    answer: (link_id: string, answer: 'accept' | 'refuse') =>
      gateway.fetch(`/v1/links/${link_id}/${answer}`, { method: 'POST', headers }),
  }
}

/** The person's own extension, linked at the gateway's page where they are signed in. */
export async function linked(gateway: TestGateway, { headers }: { headers: Record<string, string> }) {
  const { link, view } = await extension(gateway)
  const accepted = await gateway.fetch(`/v1/links/${link.link_id}/accept`, { method: 'POST', headers })
  expect(accepted.status).toBe(200)
  const { device_id, device_token } = await view()
  return { device_id: device_id!, device_token: device_token! }
}
