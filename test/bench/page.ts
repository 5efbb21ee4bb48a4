/** A login page and its site's backend for the bench: begins a sign-in, waits by long-poll, redeems the code. */
import { createHash, randomBytes } from 'node:crypto'
import { SESSION_MEDIA_TYPE, type SessionCreated, type SessionView } from '../../shared/protocol/messages.ts'
import { deriveTicket, ticketSlot } from '../../shared/protocol/ticket.ts'
import type { Client } from '../demo/gateway.ts'

export interface Page {
  readonly ticket: string
  /** The newest view once it is newer than the last one that was asked for. */
  next(): Promise<SessionView>
  /** Exchanges the code in `redirect_to` for tokens. */
  redeem(redirect_to: string): Promise<void>
}

export async function openPage(issuer: string, client: Client, redirect_uri: string): Promise<Page> {
  const code_verifier = randomBytes(32).toString('base64url')
  const query = new URLSearchParams({
    ...{ response_type: 'code', client_id: client.client_id, redirect_uri, scope: 'openid profile' },
    ...{ state: 'bench', nonce: 'bench', code_challenge_method: 'S256' },
    code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
  })
  const created = await fetch(`${issuer}/authorize?${query}`, { headers: { accept: SESSION_MEDIA_TYPE } })
  if (created.status !== 201) throw new Error(`/authorize: ${created.status} ${await created.text()}`)
  const session = (await created.json()) as SessionCreated
  const slot = ticketSlot(session.now, session.created_at, session.ticket_period)
  let { version } = session

  return {
    ticket: `${session.session_id}.${await deriveTicket(session.ticket_key, session.session_id, slot)}`,
    async next() {
      const url = `${issuer}/v1/sessions/${session.session_id}?after=${version}&epoch=${session.epoch}`
      const answer = await fetch(url, { headers: { authorization: `Bearer ${session.poll_secret}` } })
      const view = (await answer.json()) as SessionView
      version = view.version
      return view
    },
    async redeem(redirect_to) {
      const code = new URL(redirect_to).searchParams.get('code') ?? ''
      const answer = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${client.client_id}:${client.client_secret}`)}` },
        body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri, code_verifier }),
      })
      if (!answer.ok) throw new Error(`/token: ${answer.status} ${await answer.text()}`)
    },
  }
}
