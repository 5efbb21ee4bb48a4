/** Whole sign-ins at Nod: a page that waits by socket, an approver and a site's backend for each actor. */
import type { SessionView } from '../../../shared/protocol/session-messages.ts'
import { Connection } from '../load/connection.ts'
import type { SignsIn } from './contender.ts'
import type { Nod } from './nod.ts'

const viewOf = (text: string): SessionView => JSON.parse(text) as SessionView

export function nodSignIns(nod: Nod): SignsIn {
  const actors = nod.people.map((approver) => ({
    approver,
    page: new Connection(nod.server.port),
    device: new Connection(nod.server.port),
    site: new Connection(nod.server.port),
  }))
  return {
    name: 'Nod',
    server: nod.server,
    async signIn(actor) {
      const { approver, page, device, site } = actors[actor]!
      const session = await nod.create(page)
      const socket = await nod.socketOf(session)
      await socket.next()
      const claim = await nod.claim(device, approver, session)
      const { match_number } = viewOf(await socket.next())
      const [told] = await Promise.all([socket.next(), nod.approve(device, approver, claim, match_number)])
      // The page leaves for the site as soon as it knows where to.
      socket.close()
      await nod.redeem(site, session, viewOf(told).redirect_to)
    },
    async stop() {
      for (const { page, device, site } of actors) for (const http of [page, device, site]) http.close()
      await nod.stop()
    },
  }
}
