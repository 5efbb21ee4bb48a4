/**
 * Who calls: the account behind a cookie or a device token, and the device it comes from. Revoked, expired, disabled
 * and unknown are all nobody. Knows no HTTP and makes no decision about what a caller may do.
 */
import type { Deps } from './deps.ts'
import { hash } from './secrets.ts'
import type { AccountRow, DeviceRow, WebSessionRow } from './store/rows.ts'

export interface Caller {
  account: AccountRow
  /** The device the call comes from; null for a browser that is signed in but not enrolled. */
  device: DeviceRow | null
  /** The signed-in browser, where it was a cookie that said who calls. */
  web_session: WebSessionRow | null
}

export type DeviceCaller = Caller & { device: DeviceRow }

/**
 * Seconds between two notes of when a device was last used: a read should not cost a write, and an extension asks every
 * half minute though nobody looks at it.
 */
const TOUCH_EVERY = 300

/** Seconds for which a sign-in is fresh enough for what changes who can approve. */
const FRESH_SECONDS = 300

export function createCallers({ store, clock, log }: Deps) {
  const touch = (device: DeviceRow): void => {
    const now = clock.now()
    if (device.last_used_at !== null && now - device.last_used_at < TOUCH_EVERY) return
    store.touchDevice(device.device_id, now).catch((cause) => log.warn('device not noted', { detail: String(cause) }))
  }
  const active = async (sub: string): Promise<AccountRow | null> => {
    const account = await store.findAccount(sub)
    return account?.disabled_at === null ? account : null
  }

  return {
    async byDeviceToken(device_token: string): Promise<DeviceCaller | null> {
      const device = await store.findDeviceByToken(hash(device_token))
      const account = device && (await active(device.sub))
      if (!account) return null
      touch(device)
      return { account, device, web_session: null }
    },

    async byCookie(token: string): Promise<(Caller & { web_session: WebSessionRow }) | null> {
      const web_session = await store.findWebSession(hash(token), clock.now())
      const account = web_session && (await active(web_session.sub))
      if (!account) return null
      const device = web_session.device_id === null ? null : await store.findDevice(web_session.device_id)
      if (device) touch(device)
      return { account, device, web_session }
    },

    /**
     * Whether a caller of a while ago may still be told things: neither revoked, disabled nor signed out. A browser that
     * has signed in again is the same device; one that is none has to come anew.
     */
    async stillThere({ device, web_session }: Caller): Promise<boolean> {
      if (!device)
        return web_session !== null && (await store.findWebSession(web_session.token_hash, clock.now())) !== null
      if (!(await store.findDevice(device.device_id))) return false
      return web_session === null || store.isSignedIn(device.device_id, clock.now())
    },

    /** Whether the person has proved who they are within the last five minutes, in this browser. */
    isFresh: ({ web_session }: Caller): boolean =>
      web_session !== null && clock.now() - web_session.signed_in_at <= FRESH_SECONDS,
  }
}
