/**
 * A page that waits for a sign-in with no browser around it: a program, as honest as a television or as crafty as a thief.
 * It asks for a session over HTTP and reads what its page would show.
 */
import type { SessionCreated, SessionView } from '../../../shared/protocol/session-messages.ts'
import { deriveTicket, ticketSlot } from '../../../shared/protocol/ticket.ts'
import type { Client, Gateway } from '../../demo/gateway.ts'
import { challengeOf } from '../../gateway/people.ts'

export interface BarePage {
  user_code: string
  /** What its QR code says now. */
  link(): Promise<string>
  view(): Promise<SessionView>
}

/** A registered site that lives nowhere: only its name and its address are looked at. */
export async function addSite(gateway: Gateway, name: string, origin: string, ...more: string[]): Promise<Client> {
  const args = [
    'client',
    'add',
    '--name',
    name,
    '--origin',
    origin,
    '--redirect-uri',
    `${origin}/cb`,
    '--public',
    ...more,
  ]
  return JSON.parse(await gateway.nod([...args, '--json'])) as Client
}

export async function askFor({ issuer }: Gateway, { client_id }: Client, origin: string): Promise<BarePage> {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id,
    redirect_uri: `${origin}/cb`,
    scope: 'openid profile',
    state: 'state',
    nonce: 'nonce',
    code_challenge: await challengeOf(),
    code_challenge_method: 'S256',
  })
  const headers = { accept: 'application/nod-session+json', origin }
  const answer = await fetch(`${issuer}/authorize?${query}`, { headers })
  return barePage(issuer, (await answer.json()) as SessionCreated)
}

/** A device that has no page at all (RFC 8628). */
export async function askAsDevice({ issuer }: Gateway, { client_id }: Client): Promise<BarePage> {
  const body = new URLSearchParams({ client_id, scope: 'openid' })
  const answer = await fetch(`${issuer}/device_authorization`, { method: 'POST', body })
  const begun = (await answer.json()) as SessionCreated
  return barePage(issuer, { ...begun, created_at: Math.floor(Date.now() / 1000) })
}

type Begun = Pick<
  SessionCreated,
  'session_id' | 'poll_secret' | 'ticket_key' | 'ticket_period' | 'user_code' | 'created_at'
>

function barePage(issuer: string, begun: Begun): BarePage {
  const { session_id, poll_secret, ticket_key, ticket_period, user_code, created_at } = begun
  return {
    user_code,
    async link() {
      const slot = ticketSlot(Math.floor(Date.now() / 1000), created_at, ticket_period)
      return `${issuer}/q#${session_id}.${await deriveTicket(ticket_key, session_id, slot)}`
    },
    async view() {
      const headers = { authorization: `Bearer ${poll_secret}` }
      const answer = await fetch(`${issuer}/v1/sessions/${session_id}`, { headers })
      return (await answer.json()) as SessionView
    },
  }
}
