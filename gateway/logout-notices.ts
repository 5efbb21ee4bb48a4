/**
 * Tells sites that a sign-in of theirs has ended (OpenID Connect Back-Channel Logout 1.0 §2.5): what is on the store's
 * list goes out, again after a while where it did not arrive. Nobody ever waits for it.
 */
import type { Deps } from './deps.ts'
import type { Keys } from './keys.ts'
import { request } from './outbound.ts'
import { randomId } from './secrets.ts'
import type { ClientRow, LogoutNoticeRow } from './store/rows.ts'

/** Seconds after each failure until the next try; after the last there is none. */
const PAUSES = [5, 30, 120, 600]

/** Deliveries under way at once. */
const PARALLEL = 16

/** Seconds in which a site has to take the statement (§2.4 wants no more than two minutes). */
const LOGOUT_TOKEN_SECONDS = 120

const MOST_BYTES = 16 * 1024

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

type Delivery = 'taken' | 'refused' | 'failed'

export interface LogoutNotices {
  /** Starts sending what is due, and comes back at once. */
  send(): void
  /** What is under way is cut off and stays on the list. */
  stop(): Promise<void>
}

export function createLogoutNotices(
  { config, clock, store, log }: Pick<Deps, 'config' | 'clock' | 'store' | 'log'>,
  keys: Keys,
): LogoutNotices {
  const under_way = new Map<string, Promise<void>>()
  const stopping = new AbortController()
  const { signal } = stopping

  /** §2.4; a statement of its own for each try. */
  async function logoutToken(client: ClientRow, { sub, sid }: LogoutNoticeRow): Promise<string> {
    const iat = clock.now()
    const signer = await keys.signer(client.id_token_signed_response_alg)
    const claims = {
      iss: config.issuer,
      sub,
      aud: client.client_id,
      iat,
      exp: iat + LOGOUT_TOKEN_SECONDS,
      jti: randomId(),
      sid,
      events: { [EVENT]: {} },
    }
    return signer.sign(claims, 'logout+jwt')
  }

  async function deliver(client: ClientRow, uri: string, notice: LogoutNoticeRow): Promise<Delivery> {
    const body = new URLSearchParams({ logout_token: await logoutToken(client, notice) })
    try {
      const { status } = await request(uri, { method: 'POST', body, most_bytes: MOST_BYTES, signal })
      if (status >= 200 && status < 300) return 'taken'
      // §2.8: 400 is the site's last word; a redirect is never followed, and another address has to be registered.
      return status >= 300 && status < 500 && status !== 408 && status !== 429 ? 'refused' : 'failed'
    } catch {
      return 'failed'
    }
  }

  async function attempt(notice: LogoutNoticeRow): Promise<void> {
    const { session_id, client_id, sub, attempts } = notice
    const client = await store.findClient(client_id)
    const uri = client?.backchannel_logout_uri
    if (!client || !uri) return store.removeLogoutNotice(session_id, null)
    const delivery = await deliver(client, uri, notice)
    if (signal.aborted) return
    const pause = PAUSES[attempts]
    if (delivery === 'failed' && pause !== undefined) return store.postponeLogoutNotice(session_id, clock.now() + pause)
    const taken = delivery === 'taken'
    if (!taken) log.warn('a site could not be told of a logout', { client_id, session: session_id })
    const type = taken ? 'site_told_of_logout' : 'site_not_told_of_logout'
    await store.removeLogoutNotice(session_id, { at: clock.now(), type, session_id, client_id, sub })
  }

  async function sendDue(): Promise<void> {
    const due = await store.dueLogoutNotices(clock.now(), PARALLEL)
    for (const notice of due) {
      if (signal.aborted || under_way.size >= PARALLEL) return
      if (under_way.has(notice.session_id)) continue
      const sending = attempt(notice)
        .catch((error) => log.warn('a logout notice failed', { detail: (error as Error).message }))
        .finally(() => under_way.delete(notice.session_id))
      under_way.set(notice.session_id, sending)
    }
  }

  return {
    send() {
      if (signal.aborted) return
      sendDue().catch((error) => log.warn('logout notices could not be read', { detail: (error as Error).message }))
    },
    async stop() {
      stopping.abort()
      await Promise.all(under_way.values())
    },
  }
}
