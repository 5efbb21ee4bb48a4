/**
 * The people and sites around a gateway under test: an account whose browser is an enrolled device, and a site's page
 * that waits. All through the gateway's own doors, with the client code that its pages use.
 */
import { expect } from 'vitest'
import { createAccounts } from '../../gateway/accounts.ts'
import { BLANK } from '../../gateway/registration.ts'
import { randomId } from '../../gateway/secrets.ts'
import type { ClientRow } from '../../gateway/store/rows.ts'
import { type DeviceKey, signJws } from '../../shared/client/device-key.ts'
import { DECISION_TYP, DEVICE_PROOF_TYP, type DecisionPayload } from '../../shared/protocol/decision.ts'
import type { Claim } from '../../shared/protocol/messages.ts'
import type { SessionCreated, SessionView } from '../../shared/protocol/session-messages.ts'
import { deriveTicket, ticketSlot } from '../../shared/protocol/ticket.ts'
import type { TestGateway } from './support.ts'

const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const

export const PASSWORD = 'correct horse battery staple'

/** As the browser's, but kept in memory: Node has no IndexedDB. */
export async function memoryKey(): Promise<DeviceKey> {
  const pair = await crypto.subtle.generateKey(P256, false, ['sign', 'verify'])
  const { x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  return {
    public_key: { kty: 'EC', crv: 'P-256', x: x!, y: y! },
    sign: async (data) =>
      new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, data)),
  }
}

/** What a browser sends with a write from one of the gateway's own pages. */
export const pageHeaders = (gateway: TestGateway, cookie = ''): Record<string, string> => ({
  ...(cookie && { cookie }),
  origin: gateway.issuer,
  'sec-fetch-site': 'same-origin',
  'content-type': 'application/json',
})

export interface Person {
  sub: string
  username: string
  device_id: string
  key: DeviceKey
  headers: Record<string, string>
  claim(request: object): Promise<Response>
  /** Signs a decision on the claim; `change` replaces members of the payload. */
  sign(claim: Claim, decision: 'approve' | 'deny', change?: Partial<DecisionPayload>): Promise<string>
  send(claim_id: string, decision: string, more?: object): Promise<Response>
}

/** An account, signed in, this browser enrolled. */
export async function person(
  gateway: TestGateway,
  username = `ada.${randomId().replace(/\W/g, '').toLowerCase()}`,
): Promise<Person> {
  const { sub } = await addAccount(gateway, username)
  const headers = pageHeaders(gateway, await signIn(gateway, username))
  const key = await memoryKey()
  const device_id = await enrol(gateway, sub, headers, key)
  const post = (path: string, body: object) =>
    gateway.fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
  return {
    sub,
    username,
    device_id,
    key,
    headers,
    claim: (request) => post('/v1/claims', request),
    async sign(claim, decision, change = {}) {
      const iat = gateway.clock.now()
      const payload: DecisionPayload = {
        aud: gateway.issuer,
        sub,
        sid: claim.session_id,
        claim_id: claim.claim_id,
        challenge: claim.challenge,
        decision,
        client_id: claim.request.client.client_id,
        origin: claim.request.origin,
        context_hash: claim.context_hash,
        iat,
        exp: iat + 60,
        ...change,
      }
      return signJws(key, { typ: DECISION_TYP, kid: device_id }, payload)
    },
    send: (claim_id, decision, more = {}) => post(`/v1/claims/${claim_id}/decision`, { decision, ...more }),
  }
}

export async function addAccount(gateway: TestGateway, username: string): Promise<{ sub: string }> {
  const added = await createAccounts(gateway.deps).add({ username, name: username, password: PASSWORD })
  if (!added.ok) throw new Error(added.reason)
  return { sub: added.account.sub }
}

/** The Cookie header of a browser that has just signed in. */
export async function signIn(gateway: TestGateway, username: string): Promise<string> {
  const answer = await gateway.fetch('/v1/sign-in', {
    method: 'POST',
    headers: pageHeaders(gateway),
    body: JSON.stringify({ username, password: PASSWORD }),
  })
  expect(answer.status).toBe(200)
  return answer.headers.get('set-cookie')!.split(';')[0]!
}

/** Waits for the next change of the account's inbox; comes back once the gateway holds the request. */
export async function heldInbox(
  gateway: TestGateway,
  { sub, headers }: Pick<Person, 'sub' | 'headers'>,
): Promise<{ answer: Promise<Response> }> {
  const now = (await (await gateway.fetch('/v1/claims', { headers })).json()) as { version: number }
  const waiting = gateway.deps.hub.listeners(`inbox:${sub}`)
  // Twenty seconds would be longer than a test may take: the answer comes because of a change.
  const answer = gateway.fetch(`/v1/claims?after=${now.version}&wait=20`, { headers })
  await expect.poll(() => gateway.deps.hub.listeners(`inbox:${sub}`)).toBe(waiting + 1)
  return { answer }
}

export async function enrol(
  gateway: TestGateway,
  sub: string,
  headers: Record<string, string>,
  key: DeviceKey,
): Promise<string> {
  const asked = await gateway.fetch('/v1/devices/challenge', { method: 'POST', headers })
  const { challenge } = (await asked.json()) as { challenge: string }
  const iat = gateway.clock.now()
  const proof = await signJws(
    key,
    { typ: DEVICE_PROOF_TYP },
    { aud: gateway.issuer, sub, challenge, iat, exp: iat + 60 },
  )
  const enrolled = await gateway.fetch('/v1/devices', {
    method: 'POST',
    headers,
    body: JSON.stringify({ name: 'Test browser', public_key: key.public_key, proof }),
  })
  expect(enrolled.status).toBe(201)
  return ((await enrolled.json()) as { device_id: string }).device_id
}

/** A registered site; `change` replaces columns. */
export async function site(gateway: TestGateway, change: Partial<ClientRow> = {}): Promise<ClientRow> {
  const client: ClientRow = {
    ...BLANK,
    client_id: `shop-${randomId()}`,
    name: 'Shop',
    secret_hash: null,
    redirect_uris: ['https://shop.example/cb'],
    origins: ['https://shop.example'],
    created_at: gateway.clock.now(),
    ...change,
  }
  await gateway.deps.store.insertClient(client)
  return client
}

export const VERIFIER = 'a-verifier-of-at-least-forty-three-characters-it-is'
/** S256 of VERIFIER. */
export const challengeOf = async (verifier = VERIFIER): Promise<string> =>
  Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))).toString('base64url')

export interface WaitingPage {
  session: SessionCreated
  /** The ticket that the page shows now. */
  ticket(offset?: number): Promise<string>
  wait(query?: string): Promise<Response>
  view(): Promise<SessionView>
  cancel(): Promise<Response>
}

/** A login page of the site that has just drawn its code. `change` replaces parameters of the request. */
export async function waitingPage(
  gateway: TestGateway,
  client: ClientRow,
  change: Record<string, string> = {},
): Promise<WaitingPage> {
  const answer = await authorize(gateway, client, change)
  expect(answer.status).toBe(201)
  const session = (await answer.json()) as SessionCreated
  const path = `/v1/sessions/${session.session_id}`
  const headers = { authorization: `Bearer ${session.poll_secret}` }
  const wait = (query = '') => gateway.fetch(`${path}${query}`, { headers })
  return {
    session,
    async ticket(offset = 0) {
      const slot = ticketSlot(gateway.clock.now(), session.created_at, session.ticket_period) + offset
      return `${session.session_id}.${await deriveTicket(session.ticket_key, session.session_id, slot)}`
    },
    wait,
    view: async () => (await wait()).json() as Promise<SessionView>,
    cancel: () => gateway.fetch(`${path}/cancel`, { method: 'POST', headers }),
  }
}

export async function authorize(
  gateway: TestGateway,
  client: ClientRow,
  change: Record<string, string> = {},
): Promise<Response> {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: client.redirect_uris[0]!,
    scope: 'openid profile',
    state: 'a-state',
    nonce: 'a-nonce',
    code_challenge: await challengeOf(),
    code_challenge_method: 'S256',
    ...change,
  })
  return gateway.fetch(`/authorize?${query}`, { headers: { accept: 'application/nod-session+json' } })
}

/** The whole way to an approval; returns the claim and the decision's answer. */
export const approve = (approver: Person, page: WaitingPage) => decide(approver, page, 'approve')

/** The same to either decision, for a page of which only what it shows is known. */
export async function decide(
  approver: Person,
  page: Pick<WaitingPage, 'ticket' | 'view'>,
  decision: 'approve' | 'deny',
): Promise<{ claim: Claim; answer: Response }> {
  const claimed = await approver.claim({ ticket: await page.ticket() })
  expect(claimed.status).toBe(201)
  const claim = (await claimed.json()) as Claim
  const { match_number } = await page.view()
  const number = decision === 'approve' && match_number !== undefined ? { number: match_number } : {}
  return { claim, answer: await approver.send(claim.claim_id, await approver.sign(claim, decision, number)) }
}
