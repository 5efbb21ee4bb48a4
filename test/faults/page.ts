/** A page or a television for the fault lab: begins a sign-in, keeps looking at it whatever happens, remembers all it saw. */
import type { Liveness } from '../../shared/client/follow.ts'
import { watchSession } from '../../shared/client/watch.ts'
import { SESSION_MEDIA_TYPE, type SessionCreated, type SessionView } from '../../shared/protocol/session-messages.ts'
import { deriveTicket, ticketSlot } from '../../shared/protocol/ticket.ts'
import { pretendToBeAt, socketless } from './browser-socket.ts'
import { type Exchange, wallMillis } from './history.ts'
import { ask, type Lab, REDIRECT_URI } from './lab.ts'
import { pause } from './pause.ts'

export const VERIFIER = 'a-verifier-of-at-least-forty-three-characters-it-is'
const S256 = Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(VERIFIER))).toString(
  'base64url',
)

pretendToBeAt('https://shop.example')

/** How it waits: as Nod's own pages do, the same without WebSocket, or with held requests that never rest. */
export type Way = 'watch' | 'watch without socket' | 'poll'

export interface Page {
  session_id: string
  poll_secret: string
  device_code: string | null
  ticket(): Promise<string>
  /** The first view that `wanted` takes, from now on or seen before; null when the page is closed without one. */
  sees(wanted: (view: SessionView) => boolean): Promise<SessionView | null>
  /** Whether it has heard of the gateway since it last noticed that it was cut off. */
  live(): boolean
  close(): void
}

/** Null when nothing was told of a session. */
export async function openPage(lab: Lab, client: string, grant: 'code' | 'device', way: Way): Promise<Page | null> {
  const created = grant === 'code' ? await authorize(lab, client) : await deviceAuthorization(lab, client)
  if (created.status !== 201 && created.status !== 200) return null
  const session = created.told as unknown as SessionCreated & { device_code?: string }
  created.session_id = session.session_id
  const closed = new AbortController()
  const seen: SessionView[] = []
  const looking = new Set<() => void>()
  const take = (view: SessionView): void => {
    const { session_id, epoch, version, state, redirect_to } = view
    const code = redirect_to === undefined ? null : new URL(redirect_to).searchParams.get('code')
    lab.history.sightings.push({ at: wallMillis(), observer: client, session_id, epoch, version, state, code })
    seen.push(view)
    for (const look of [...looking]) look()
  }
  let live = false
  if (way === 'watch without socket') socketless.add(session.session_id)
  if (way === 'poll') void poll(lab, session, take, closed.signal)
  else {
    const onLiveness = (liveness: Liveness): void => {
      live = liveness === 'live'
    }
    const handlers = { onView: take, onLiveness, onRefused: () => closed.abort() }
    watchSession(lab.issuer, session.session_id, session.poll_secret, handlers, closed.signal)
  }
  // What a device grant tells lacks the time of its making, which is when it was told.
  const created_at = session.created_at ?? Math.floor(created.told_at! / 1000)
  return {
    session_id: session.session_id,
    poll_secret: session.poll_secret,
    device_code: session.device_code ?? null,
    async ticket() {
      const slot = ticketSlot(Date.now() / 1000, created_at, session.ticket_period)
      return `${session.session_id}.${await deriveTicket(session.ticket_key, session.session_id, slot)}`
    },
    sees: (wanted) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = seen.find(wanted) ?? null
          if (found === null && !closed.signal.aborted) return
          looking.delete(look)
          resolve(found)
        }
        looking.add(look)
        closed.signal.addEventListener('abort', look)
        look()
      }),
    live: () => live,
    close: () => closed.abort(),
  }
}

function authorize(lab: Lab, client: string): Promise<Exchange> {
  const query = new URLSearchParams({
    ...{ response_type: 'code', client_id: lab.site.client_id, redirect_uri: REDIRECT_URI, scope: 'openid profile' },
    ...{ state: 's', nonce: 'n', code_challenge: S256, code_challenge_method: 'S256' },
  })
  const headers = { accept: SESSION_MEDIA_TYPE }
  return ask(lab, { client, op: 'create', session_id: null }, `/authorize?${query}`, { headers })
}

const deviceAuthorization = (lab: Lab, client: string): Promise<Exchange> =>
  ask(lab, { client, op: 'create', session_id: null }, '/device_authorization', {
    method: 'POST',
    body: new URLSearchParams({ ...lab.television, scope: 'openid profile' }),
  })

async function poll(lab: Lab, session: SessionCreated, take: (view: SessionView) => void, signal: AbortSignal) {
  const headers = { authorization: `Bearer ${session.poll_secret}` }
  let query = ''
  while (!signal.aborted) {
    try {
      const answer = await fetch(`${lab.issuer}/v1/sessions/${session.session_id}${query}`, { headers, signal })
      if (!answer.ok) throw new Error(`${answer.status}`)
      const view = (await answer.json()) as SessionView
      take(view)
      query = `?after=${view.version}&epoch=${view.epoch}&wait=5`
    } catch {
      await pause(30)
    }
  }
}
