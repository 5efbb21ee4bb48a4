/** The sentence for an error code in the reader's language; what has none keeps the gateway's own description. */
import type { Key, Translate } from './text.ts'

const KEYS = {
  unreachable: 'error_unreachable',
  not_a_gateway: 'error_not_a_gateway',
  too_many_requests: 'error_too_many_requests',
  temporarily_unavailable: 'error_temporarily_unavailable',
  server_error: 'error_server_error',
  session_not_found: 'error_session_not_found',
  session_over: 'error_session_over',
  session_claimed: 'error_session_claimed',
  session_conflict: 'error_claim_not_found',
  ticket_expired: 'error_ticket_expired',
  claim_not_found: 'error_claim_not_found',
  already_decided: 'error_already_decided',
  number_required: 'error_number_required',
  number_mismatch: 'error_number_mismatch',
  invalid_decision: 'error_invalid_decision',
  origin_mismatch: 'error_origin_mismatch',
  network_not_allowed: 'error_network_not_allowed',
  extension_required: 'error_extension_required',
  origin_not_registered: 'error_origin_not_registered',
  unknown_client: 'error_unknown_client',
  sign_in_required: 'error_sign_in_required',
  sign_in_failed: 'error_sign_in_failed',
  fresh_sign_in_required: 'error_fresh_sign_in_required',
  device_required: 'error_device_required',
  device_not_found: 'error_device_not_found',
  too_many_devices: 'error_too_many_devices',
  unauthorized: 'error_unauthorized',
  link_not_found: 'error_link_not_found',
  link_over: 'error_link_over',
} as const satisfies Record<string, Key>

const isKnown = (code: string): code is keyof typeof KEYS => Object.hasOwn(KEYS, code)

export const errorText = (t: Translate, code: string, description: string): string =>
  isKnown(code) ? t(KEYS[code]) : description
