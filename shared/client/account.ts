/**
 * What an account sees of itself, read and watched by its devices and by the gateway's own pages; and signing out a browser
 * that was let in. Shows nothing and keeps nothing.
 */
import * as v from 'valibot'
import { AccountFrame, AccountView, type SignIn, SignInList } from '../protocol/account.ts'
import { type Device, DeviceList } from '../protocol/messages.ts'
import { type CallInit, call } from './call.ts'
import { follow, type WatchHandlers } from './follow.ts'
import type { Source } from './transports/transport.ts'
import { socketUrl } from './watch.ts'

export interface Holder {
  issuer: string
  /** Null: the cookie of the gateway's own pages speaks. */
  device_token: string | null
}

const credentials = ({ device_token }: Holder): CallInit =>
  device_token === null ? { credentials: 'same-origin' } : { bearer: device_token }

/** Calls back whenever there is something new to see, be it a claim, a device, a passkey, a sign-in or an activity. */
export function watchAccount(holder: Holder, handlers: WatchHandlers<AccountView>, signal: AbortSignal): void {
  const url = `${holder.issuer}/v1/account`
  const { device_token } = holder
  const first_message = { type: 'watch', ...(device_token !== null && { device_token }) }
  const source: Source<AccountView> = {
    url,
    schema: AccountView,
    bearer: device_token,
    socket: { url: socketUrl(`${url}/socket`), first_message, type: 'account', schema: AccountFrame },
    isLast: () => false,
  }
  void follow(source, handlers, signal)
}

export const devicesOf = async (holder: Holder): Promise<Device[]> =>
  (await call(`${holder.issuer}/v1/devices`, DeviceList, credentials(holder))).devices

/** One page of a list that is newest first, and what the next one is asked with. */
export interface Page<T> {
  items: T[]
  next?: string | undefined
}

export async function signInsOf(holder: Holder, limit: number, before?: string): Promise<Page<SignIn>> {
  const url = new URL(`${holder.issuer}/v1/sign-ins`)
  url.searchParams.set('limit', String(limit))
  if (before !== undefined) url.searchParams.set('before', before)
  const { sign_ins, next } = await call(url.href, SignInList, credentials(holder))
  return { items: sign_ins, next }
}

/** Again is the same. How it went at the site is told with the list. `report`: "this was not me". */
export async function signOutBrowser(holder: Holder, session_id: string, report = false): Promise<void> {
  const url = `${holder.issuer}/v1/activity/${encodeURIComponent(session_id)}/revoke`
  await call(url, v.unknown(), { ...credentials(holder), json: { report } })
}
