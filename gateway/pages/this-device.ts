/** This browser as an approver: its key and its enrolment with the gateway. Shows nothing. */
import type { Approver } from '../../shared/client/approver.ts'
import { createDeviceKey, loadDeviceKey } from '../../shared/client/device-key.ts'
import type { Me } from '../../shared/protocol/messages.ts'
import { enrol } from './api.ts'
import { browserName } from './browser-name.ts'

/** One key for each account: two people of one browser are two devices. */
const keyName = (sub: string) => `pages:${sub}`

/** Null where this browser has no key of this account, or the gateway does not know it as a device (any more). */
export async function thisDevice(issuer: string, { sub, device_id }: Me): Promise<Approver | null> {
  const key = device_id === undefined ? null : await loadDeviceKey(keyName(sub))
  return key === null || device_id === undefined ? null : { issuer, sub, device_id, device_token: null, key }
}

/** Rejects with `fresh_sign_in_required` when the sign-in is too old. A browser that comes back brings the key it had. */
export async function enrolThisBrowser(issuer: string, { sub }: Me): Promise<Approver> {
  const key = (await loadDeviceKey(keyName(sub))) ?? (await createDeviceKey(keyName(sub)))
  const device_id = await enrol(issuer, sub, browserName(), key)
  return { issuer, sub, device_id, device_token: null, key }
}
