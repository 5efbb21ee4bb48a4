/** A session's routes for its page: wait by long-poll, cancel. The socket is sockets.ts. */
import { Hono } from 'hono'
import * as v from 'valibot'
import { CancelRequest, SessionView } from '../../shared/protocol/session-messages.ts'
import type { Deps } from '../deps.ts'
import { NodError } from '../error.ts'
import type { Sessions } from '../sessions.ts'
import type { SessionRow } from '../store/rows.ts'
import { corsFor } from './cors.ts'
import { readCursor } from './cursor.ts'
import { held } from './held.ts'
import { bearer, type Ctx, documented, type Env } from './request.ts'

export function sessionRoutes(deps: Deps, sessions: Sessions): Hono<Env> {
  const { store, hub } = deps
  const cors = corsFor(deps)
  const routes = new Hono<Env>()

  /** The session whose page this is. "Not yours" and "not there" are the same answer. */
  async function ofPage(c: Ctx, poll_secret: string | null): Promise<SessionRow> {
    const session = await sessions.ofPage(c.req.param('id') ?? '', poll_secret ?? '')
    if (!session) {
      await cors.allowKnown(c)
      throw new NodError('unauthorized')
    }
    const client = await store.findClient(session.client_id)
    if (client) cors.allow(c, client)
    return session
  }

  routes.options('/v1/sessions/:id/*', cors.preflight)
  routes.options('/v1/sessions/:id', cors.preflight)

  routes.get(
    '/v1/sessions/:id',
    documented('Wait for a newer view of a session', { 200: SessionView }, 'unauthorized', 'invalid_request'),
    async (c) => {
      const { session_id } = await ofPage(c, bearer(c))
      const cursor = readCursor(c, store.epoch, `session:${session_id}`)
      return held(c, hub, `session:${session_id}`, () => sessions.view(session_id), cursor)
    },
  )

  routes.post(
    '/v1/sessions/:id/cancel',
    documented('Cancel a session', { 200: SessionView }, 'unauthorized', 'session_conflict'),
    async (c) => {
      const session = await ofPage(c, bearer(c) ?? (await secretInBody(c)))
      // A beacon asks without CORS, and its answer shall not be an error on the site's console.
      c.header('Cross-Origin-Resource-Policy', 'cross-origin')
      const canceled = await sessions.cancel(session)
      if (!canceled.ok) {
        const { state, version } = canceled.session
        throw new NodError('session_conflict', { members: { state, version } })
      }
      return c.json(await sessions.view(session.session_id))
    },
  )
  return routes
}

/** The one place where JSON is taken whatever its content type: `sendBeacon` can only say text/plain across origins. */
async function secretInBody(c: Ctx): Promise<string | null> {
  const text = await c.req.text()
  if (text === '') return null
  try {
    return v.parse(CancelRequest, JSON.parse(text)).poll_secret
  } catch {
    throw new NodError('invalid_request', { description: 'The body must be {"poll_secret": "…"}.' })
  }
}
