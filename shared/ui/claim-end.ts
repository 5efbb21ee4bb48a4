/** How a claim ended that is no longer among the open ones, by what the gateway tells the account's devices. Pure. */
import type { Claim, EndedClaim } from '../protocol/messages.ts'

/** Answered, here or on another device of the account. */
export interface Done {
  kind: 'done'
  state: 'approved' | 'denied'
  /** `reported`: "this was not me" was said afterwards. */
  reason?: 'number_mismatch' | 'elsewhere' | 'reported'
  /** The device's name, where it was another one and is still there. */
  device?: string
}

/** Not answered by anybody. `unknown`: the gateway does not say. */
export interface Gone {
  kind: 'gone'
  why: 'lapsed' | 'released' | 'canceled' | 'code_passed_on' | 'unknown'
  device?: string
}

/** `device_id` is who asks: what was done here is not told as another's doing. */
export function claimEnd({ session_id }: Claim, ended: readonly EndedClaim[], device_id: string): Done | Gone {
  const end = ended.find((one) => one.session_id === session_id)
  if (!end) return { kind: 'gone', why: 'unknown' }
  const here = end.device_id === device_id
  const device = here || end.device_name === undefined ? {} : { device: end.device_name }
  switch (end.type) {
    case 'approved':
    case 'denied':
      return here
        ? { kind: 'done', state: end.type }
        : { kind: 'done', state: end.type, reason: 'elsewhere', ...device }
    case 'number_mismatch':
      return { kind: 'done', state: 'denied', reason: 'number_mismatch', ...device }
    case 'claim_released':
      return { kind: 'gone', why: 'released', ...device }
    case 'claim_lapsed':
    case 'expired':
      return { kind: 'gone', why: 'lapsed' }
    case 'canceled':
    case 'code_passed_on':
      return { kind: 'gone', why: end.type }
  }
}
