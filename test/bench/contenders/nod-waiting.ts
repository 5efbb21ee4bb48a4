/** Pages that wait at Nod, by socket or by long-poll, and one approver after the other who comes to them. */
import type { SessionView } from '../../../shared/protocol/session-messages.ts'
import { Connection } from '../load/connection.ts'
import type { KeepsWaiting, Page } from './contender.ts'
import type { Nod, Session } from './nod.ts'

/** Seconds that a long-poll is held. */
const HOLD = 25

/** A view as it comes, by either transport. */
interface Channel {
  /** Resolves with the first view in this state. */
  until(state: SessionView['state']): Promise<SessionView>
  close(): void
}

async function bySocket(nod: Nod, session: Session): Promise<Channel> {
  const socket = await nod.socketOf(session)
  await socket.next()
  return {
    async until(state) {
      for (;;) {
        const view = JSON.parse(await socket.next()) as SessionView
        if (view.state === state) return view
      }
    },
    close: () => socket.close(),
  }
}

/** Goes on polling by itself, whether anybody asks or not: a page does. */
function byPolls(nod: Nod, session: Session): Channel {
  const http = new Connection(nod.server.port)
  const waiting = new Map<string, (view: SessionView) => void>()
  let closed = false
  const turn = async (): Promise<void> => {
    for (let version = session.version; !closed; ) {
      const view = await nod.poll(http, session, version, HOLD)
      version = view.version
      waiting.get(view.state)?.(view)
    }
  }
  turn().catch(() => {})
  return {
    until: (state) => new Promise((resolve) => waiting.set(state, resolve)),
    close() {
      closed = true
      http.close()
    },
  }
}

export function nodWaiting(nod: Nod, transport: 'websocket' | 'long-poll'): KeepsWaiting {
  const makers = new Connection(nod.server.port)
  const device = new Connection(nod.server.port)
  const site = new Connection(nod.server.port)
  let turn = 0
  // One after the other: the connection of whoever makes sessions is shared.
  let making: Promise<unknown> = Promise.resolve()

  async function open(): Promise<Page> {
    const made = making.then(() => nod.create(makers))
    making = made.catch(() => {})
    const session = await made
    const channel = transport === 'websocket' ? await bySocket(nod, session) : byPolls(nod, session)
    return {
      async approve() {
        const approver = nod.people[turn++ % nod.people.length]!
        const shown = channel.until('claimed')
        const claim = await nod.claim(device, approver, session)
        const { match_number } = await shown
        const told = channel.until('approved')
        const start = performance.now()
        const answered = nod.approve(device, approver, claim, match_number)
        const { redirect_to } = await told
        const waited = performance.now() - start
        await answered
        channel.close()
        await nod.redeem(site, session, redirect_to)
        return waited
      },
      close: () => channel.close(),
    }
  }

  return {
    name: `Nod, ${transport}`,
    server: nod.server,
    open,
    async stop() {
      for (const http of [makers, device, site]) http.close()
      await nod.stop()
    },
  }
}
