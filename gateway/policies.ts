/**
 * What an operator lays down for one client (RFC 10027 §6.1): who may start a session of it, and whose yes it may have
 * from where. Each rule stands here once; knows no HTTP.
 */
import type { ErrorCode } from '../shared/protocol/errors.ts'
import { isWithin } from './address.ts'
import type { Deps } from './deps.ts'
import type { Sessions } from './sessions.ts'
import type { ClientRow, DeviceRow, SessionRow } from './store/rows.ts'

/** How an authorization request came here. */
export interface Arrival {
  /** Of the browser that brought it; null where none has come yet. */
  address: string | null
  /** By its client, over a connection of its own (RFC 9126). */
  pushed: boolean
  /** Asked for as an extension's background does it: for a session, and by no page. */
  by_extension: boolean
}

interface Refusal {
  error: ErrorCode
  description?: string
  /** It is the person who can do something about it. */
  here?: true
}

/**
 * Why a session of this client may not be started this way. `backend` is what RFC 9126 §6 calls
 * require_pushed_authorization_requests; it names no error for it, and a request that lacks what its client has to bring
 * is an invalid one. Only an extension gets a session where one must start it, and then it has to vouch for it too.
 */
export function startRefusal(client: ClientRow, { address, pushed, by_extension }: Arrival): Refusal | null {
  if (client.initiator === 'backend' && !pushed)
    return { error: 'invalid_request', description: 'This client has to push its requests (RFC 9126).' }
  if (client.initiator === 'extension' && !by_extension) return { error: 'extension_required', here: true }
  if (address !== null && !isWithin(address, client.allowed_networks))
    return { error: 'network_not_allowed', here: true }
  return null
}

interface Answering {
  sub: string
  device_id: string
  address: string
}

type Vouched = { ok: true } | { ok: false; reason: ErrorCode }

export type Policies = ReturnType<typeof createPolicies>

export function createPolicies({ store, clock }: Pick<Deps, 'store' | 'clock'>, sessions: Pick<Sessions, 'ofPage'>) {
  /**
   * The one account whose browser started it, where that matters: a stranger who starts a session gets nobody's yes but
   * their own. A device that has been removed since answers for nothing.
   */
  async function voucher({ vouched_by }: SessionRow): Promise<string | null> {
    const device = vouched_by === null ? null : await store.findDevice(vouched_by)
    return device?.sub ?? null
  }

  async function refusalOf(by: Answering, client: ClientRow, session: SessionRow): Promise<ErrorCode | null> {
    if (client.initiator === 'extension') {
      const sub = await voucher(session)
      if (sub === null) return 'session_not_found'
      if (sub !== by.sub) return 'wrong_account'
    }
    const { only_sub } = session.authorization
    if (only_sub !== undefined && only_sub !== by.sub) return 'wrong_account'
    return isWithin(by.address, client.allowed_networks) ? null : 'network_not_allowed'
  }

  return {
    /** Why this device may not say yes to this session; recorded. A no is taken from everywhere. */
    async answerRefusal(by: Answering, client: ClientRow, session: SessionRow): Promise<ErrorCode | null> {
      const reason = await refusalOf(by, client, session)
      if (reason === null) return null
      const { sub, device_id } = by
      const { session_id, client_id } = session
      const detail = { reason }
      await store.insertAudit({
        at: clock.now(),
        type: 'answer_refused',
        sub,
        device_id,
        session_id,
        client_id,
        detail,
      })
      return reason
    },

    /**
     * Whoever holds the session answers for having started it, as a linked extension. Neither secret ever passes the
     * site: both are known here and there alone. The same again is the same.
     */
    async vouch(device: DeviceRow, session_id: string, poll_secret: string): Promise<Vouched> {
      if (device.kind !== 'extension') return { ok: false, reason: 'extension_required' }
      const session = await sessions.ofPage(session_id, poll_secret)
      if (!session) return { ok: false, reason: 'unauthorized' }
      const { client_id } = session
      const { device_id, sub } = device
      const audit = { at: clock.now(), type: 'session_vouched', sub, device_id, session_id, client_id }
      const vouched = await store.vouchSession(session_id, device_id, audit)
      return vouched ? { ok: true } : { ok: false, reason: 'session_conflict' }
    },
  }
}
