/** Who this browser is to the gateway: its account, its token and its key, all three or nobody. */
import type { Approver } from '../../shared/client/approver.ts'
import { deleteDeviceKey, loadDeviceKey } from '../../shared/client/device-key.ts'
import { browser } from '../browser.ts'
import type { Problem } from '../messages.ts'
import { Refusal } from '../problem.ts'
import { read, write } from '../state.ts'

/** The one key of this browser profile. */
export const KEY_NAME = 'device'

/**
 * Null when this browser is not linked. A private window of Chrome has the profile's stored account but not its
 * IndexedDB, so there is no key and it approves nothing.
 */
export async function loadApprover(): Promise<Approver | null> {
  const account = await read('account')
  const key = account && (await loadDeviceKey(KEY_NAME))
  if (!account || !key) return null
  const { issuer, sub, device_id, device_token } = account
  return { issuer, sub, device_id, device_token, key }
}

export async function needApprover(): Promise<Approver> {
  const approver = await loadApprover()
  if (!approver) throw new Refusal({ code: 'not_linked' })
  return approver
}

/** Forgets account and key. `because` is kept for the person when it was the gateway that ended it. */
export async function forgetAccount(because: Problem | null): Promise<void> {
  await write('account', null)
  await write('account_ended', because)
  await write('inbox', { items: [], liveness: 'connecting' })
  await write('overview', null)
  await deleteDeviceKey(KEY_NAME)
}

/** A private window of Chrome runs a background of its own beside the stored account of the ordinary one. */
export const inPrivate = (): boolean => browser.extension.inIncognitoContext === true
