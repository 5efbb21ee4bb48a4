/** What the three sockets watch and who may: the rules of origin and secret, beside the frames they are told. */
import type { IncomingMessage } from 'node:http'
import * as v from 'valibot'
import { WatchAccountFrame } from '../../shared/protocol/account.ts'
import { WatchClaimsFrame } from '../../shared/protocol/messages.ts'
import { isOver } from '../../shared/protocol/session.ts'
import { WatchSessionFrame } from '../../shared/protocol/session-messages.ts'
import type { AccountViews } from '../account-view.ts'
import type { Claims } from '../claims.ts'
import type { Deps } from '../deps.ts'
import type { Sessions } from '../sessions.ts'
import type { SocketRoute } from '../sockets.ts'
import { type Authenticate, type Caller, waiterOf } from './authenticate.ts'

const EXTENSION = /^(chrome|moz)-extension:\/\//

interface Watched {
  sessions: Sessions
  claims: Claims
  accountViews: AccountViews
}

export function createWatches(deps: Deps, authenticate: Authenticate, { sessions, claims, accountViews }: Watched) {
  const { config, store } = deps

  const session: SocketRoute = {
    async admits(origin, session_id) {
      const found = await store.findSession(session_id)
      if (origin === null) return found?.kind === 'device'
      if (origin === config.issuer || EXTENSION.test(origin)) return true
      if (!found) return store.isRegisteredOrigin(origin)
      return (await store.findClient(found.client_id))?.origins.includes(origin) ?? false
    },
    async authorize(message, session_id) {
      const frame = v.safeParse(WatchSessionFrame, message)
      const found = await sessions.ofPage(session_id, frame.success ? frame.output.poll_secret : '')
      if (!found) return null
      return {
        topic: `session:${session_id}`,
        slot: `socket:${session_id}`,
        async read() {
          const view = await sessions.view(session_id)
          return { frame: { type: 'session', ...view }, version: view.version, over: isOver(view.state) }
        },
      }
    },
  }

  const admits = async (origin: string | null) => origin === null || origin === config.issuer || EXTENSION.test(origin)

  const inbox: SocketRoute = {
    admits,
    async authorize(message, _id, request) {
      const frame = v.safeParse(WatchClaimsFrame, message)
      if (!frame.success) return null
      const caller = await callerOf(request, frame.output.device_token)
      if (!caller?.device) return null
      const { sub, device_id } = caller.device
      return {
        topic: `inbox:${sub}`,
        slot: `socket:${device_id}`,
        async read() {
          // Asked each time: who was revoked or signed out meanwhile is told nothing more.
          if (!(await authenticate.stillThere(caller))) return null
          const view = await claims.inbox(sub)
          return { frame: { type: 'claims', ...view }, version: view.version, presence: view.presence, over: false }
        },
      }
    },
  }

  const account: SocketRoute = {
    admits,
    async authorize(message, _id, request) {
      const frame = v.safeParse(WatchAccountFrame, message)
      const caller = frame.success ? await callerOf(request, frame.output.device_token) : null
      if (!caller) return null
      const { sub } = caller.account
      return {
        topic: `inbox:${sub}`,
        slot: `account-socket:${waiterOf(caller)}`,
        async read() {
          if (!(await authenticate.stillThere(caller))) return null
          const view = await accountViews.view(sub)
          return { frame: { type: 'account', ...view }, version: view.version, over: false }
        },
      }
    },
  }

  /** A token from an extension or a program; the cookie from the gateway's own pages alone. */
  async function callerOf(request: IncomingMessage, device_token: string | undefined): Promise<Caller | null> {
    const from_page = request.headers.origin === config.issuer
    if (device_token !== undefined) return from_page ? null : authenticate.callerByToken(device_token)
    if (!from_page) return null
    return authenticate.callerByCookie(new Headers({ cookie: request.headers.cookie ?? '' }))
  }

  return {
    route(path: string): { route: SocketRoute; id: string } | null {
      if (path === '/v1/claims/socket') return { route: inbox, id: '' }
      if (path === '/v1/account/socket') return { route: account, id: '' }
      const session_id = /^\/v1\/sessions\/([\w-]{1,64})\/socket$/.exec(path)?.[1]
      return session_id === undefined ? null : { route: session, id: session_id }
    },
  }
}
