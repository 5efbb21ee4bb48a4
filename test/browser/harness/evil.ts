/**
 * The oldest attack: a site of somebody else's that shows the QR code of a sign-in which its owner has begun at the
 * shop. It lives on its own origin and does what any attacker with a server can do.
 */
import { createServer } from 'node:http'
import QRCode from 'qrcode'
import { SESSION_MEDIA_TYPE, type SessionCreated, type SessionView } from '../../../shared/protocol/session-messages.ts'
import { deriveTicket, qrLink, ticketSlot } from '../../../shared/protocol/ticket.ts'
import { freePort, listen } from '../../demo/ports.ts'
import { START_PATH } from '../../demo/site/routes.ts'

export interface EvilSite {
  readonly origin: string
  /** How the attacker's own sign-in stands. */
  state(): Promise<SessionView['state']>
  close(): Promise<void>
}

const page = (svg: string): string => `<!doctype html><html lang="en"><title>Win a kettle</title>
<h1>Scan to win a kettle</h1><div style="width: 320px">${svg}</div>`

/** Begins a sign-in at the shop and shows its code on 127.0.0.1, where the shop is on localhost. */
export async function openEvilSite(shop: string, issuer: string): Promise<EvilSite> {
  const begun = await fetch(shop + START_PATH, { headers: { accept: SESSION_MEDIA_TYPE } })
  if (begun.status !== 201) throw new Error(`the attack could not begin: ${begun.status} ${await begun.text()}`)
  const session = (await begun.json()) as SessionCreated
  const port = await freePort()
  const server = createServer(async (_, response) => {
    const slot = ticketSlot(Date.now() / 1000, session.created_at, session.ticket_period)
    const ticket = await deriveTicket(session.ticket_key, session.session_id, slot)
    const svg = await QRCode.toString(qrLink(issuer, session.session_id, ticket), { type: 'svg', margin: 4 })
    response.setHeader('content-type', 'text/html; charset=utf-8').end(page(svg))
  })
  await listen(server, port)
  return {
    origin: `http://127.0.0.1:${port}`,
    async state() {
      const url = `${issuer}/v1/sessions/${session.session_id}?wait=0`
      const answer = await fetch(url, { headers: { authorization: `Bearer ${session.poll_secret}` } })
      return ((await answer.json()) as SessionView).state
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
