/** The browser between a site that we did not write and the gateway: sent to an address, it comes back with another. */
import type { SessionCreated, SessionView } from '../../shared/protocol/session-messages.ts'
import { deriveTicket, ticketSlot } from '../../shared/protocol/ticket.ts'
import { decide, type Person } from './people.ts'
import { startTestGateway, type TestGateway, testClock } from './support.ts'

/** For libraries that go by the real time. */
export const startNow = () => startTestGateway({}, { clock: testClock(Math.floor(Date.now() / 1000)) })

/** What a browser does with the address the site sends it to, up to the address it comes back with. */
export async function throughTheBrowser(gateway: TestGateway, url: URL, approver: Person): Promise<URL> {
  const made = await gateway.fetch(url.href, { headers: { accept: 'application/nod-session+json' } })
  return answered(gateway, (await made.json()) as SessionCreated, approver)
}

/** Where the page of this session is sent once the person has approved, or has denied. */
export async function answered(
  gateway: TestGateway,
  session: SessionCreated,
  approver: Person,
  decision: 'approve' | 'deny' = 'approve',
): Promise<URL> {
  const headers = { authorization: `Bearer ${session.poll_secret}` }
  const view = async () =>
    (await gateway.fetch(`/v1/sessions/${session.session_id}`, { headers })).json() as Promise<SessionView>
  const ticket = async () => {
    const slot = ticketSlot(gateway.clock.now(), session.created_at, session.ticket_period)
    return `${session.session_id}.${await deriveTicket(session.ticket_key, session.session_id, slot)}`
  }
  await decide(approver, { ticket, view }, decision)
  return new URL((await view()).redirect_to!)
}
