/**
 * Who sends a request, and whether a page of the gateway made it. Throws what a route would have to answer; the rights
 * of the caller over a thing are the use case's to check.
 */
import { type Caller, createCallers, type DeviceCaller } from '../callers.ts'
import type { Deps } from '../deps.ts'
import { NodError } from '../error.ts'
import { readSessionCookie } from './cookies.ts'
import { bearer, type Requesting } from './request.ts'

export type { Caller, DeviceCaller } from '../callers.ts'

export type FreshCaller = Caller & { web_session: NonNullable<Caller['web_session']> }

export interface Authenticate {
  /**
   * Throws `sign_in_required` when it is nobody, `unauthorized` for a Bearer that is not a live device's, and
   * `forbidden_origin` for a write with the cookie that no page of the gateway made. A Bearer wins over a cookie.
   */
  caller(c: Requesting): Promise<Caller>
  /** As `caller`, and throws `device_required` when this browser is not enrolled. */
  device(c: Requesting): Promise<DeviceCaller>
  /** As `caller`, and throws `fresh_sign_in_required` unless the cookie's sign-in is at most five minutes old. */
  fresh(c: Requesting): Promise<FreshCaller>
  /** As `caller`; for a device of the account that is not the calling one, as `fresh`. */
  overDevice(c: Requesting, device_id: string): Promise<Caller>
  /** For sockets, whose token comes in the first message. */
  callerByToken(device_token: string): Promise<DeviceCaller | null>
  /** For sockets, whose Origin was checked at the upgrade. */
  callerByCookie(headers: Headers): Promise<Caller | null>
  /** For who waits long: whether that caller is neither revoked, disabled nor signed out by now. */
  stillThere(caller: Caller): Promise<boolean>
  /** Throws `forbidden_origin` unless a page of the gateway made this request, whatever its content type. */
  sameOrigin(c: Requesting): void
}

/** Who holds a place among those who wait: a device, or a browser that is signed in and no device. */
export const waiterOf = ({ device, web_session }: Caller): string => device?.device_id ?? web_session?.token_hash ?? ''

const READING = new Set(['GET', 'HEAD'])

export function createAuthenticate(deps: Deps): Authenticate {
  const { config } = deps
  const callers = createCallers(deps)

  const sameOrigin = (c: Requesting): void => {
    if (c.req.header('sec-fetch-site') === 'same-origin' && c.req.header('origin') === config.issuer) return
    throw new NodError('forbidden_origin')
  }

  const caller = async (c: Requesting): Promise<Caller> => {
    if (/^bearer\b/i.test(c.req.header('authorization') ?? '')) {
      const token = bearer(c)
      const found = token && (await callers.byDeviceToken(token))
      if (!found) throw new NodError('unauthorized')
      return found
    }
    const token = readSessionCookie(c.req.raw.headers, config)
    if (!token) throw new NodError('sign_in_required')
    if (!READING.has(c.req.method)) sameOrigin(c)
    const found = await callers.byCookie(token)
    if (!found) throw new NodError('sign_in_required')
    return found
  }

  const fresh = async (c: Requesting): Promise<FreshCaller> => {
    const found = await caller(c)
    if (!callers.isFresh(found)) throw new NodError('fresh_sign_in_required')
    return found as FreshCaller
  }

  return {
    caller,
    fresh,
    async overDevice(c, device_id) {
      const found = await caller(c)
      return found.device?.device_id === device_id ? found : fresh(c)
    },
    async device(c) {
      const found = await caller(c)
      if (!found.device) throw new NodError('device_required')
      return found as DeviceCaller
    },
    callerByToken: (device_token) => callers.byDeviceToken(device_token),
    async callerByCookie(headers) {
      const token = readSessionCookie(headers, config)
      return token ? callers.byCookie(token) : null
    },
    stillThere: callers.stillThere,
    sameOrigin,
  }
}
