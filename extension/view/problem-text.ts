/** The sentence for a problem: the extension's own ones here, the gateway's by their common table. */
import { errorText } from '../../shared/ui/error-text.ts'
import { siteName } from '../../shared/ui/site-name.ts'
import type { Key, Translate } from '../../shared/ui/text.ts'
import type { Problem } from '../messages.ts'

const OWN: Record<string, Key> = {
  bad_address: 'options_error_bad_address',
  interrupted: 'popup_error_interrupted',
  link_expired: 'options_error_link_expired',
  link_failed: 'options_error_link_failed',
  link_refused: 'options_error_link_refused',
  no_camera: 'scan_error_no_camera',
  camera_refused: 'scan_error_camera_refused',
  camera_busy: 'scan_error_camera_busy',
  camera_gone: 'scan_error_camera_gone',
  camera_refused_by_system: 'scan_error_camera_refused_by_system',
  no_code_in_picture: 'popup_error_no_code_in_picture',
  no_code_in_tab: 'popup_error_no_code_in_tab',
  no_account_there: 'popup_no_account_there',
  no_gateway: 'popup_error_not_linked',
  not_a_nod_code: 'popup_error_not_a_nod_code',
  not_a_nod_link: 'popup_error_not_a_nod_link',
  not_a_picture: 'popup_error_not_a_picture',
  not_a_web_page: 'popup_error_not_a_web_page',
  not_linked: 'popup_error_not_linked',
  other_gateway: 'popup_other_gateway',
  other_issuer: 'options_error_other_issuer',
  passkey_failed: 'error_passkey_failed',
  passkey_required: 'error_passkey_required',
  permission_needed: 'options_error_permission_needed',
  private_window: 'popup_private_window',
  tab_moved: 'popup_error_tab_moved',
  two_codes: 'popup_error_two_codes',
  unlinked_here_only: 'options_error_unlinked_here_only',
  wrong_account: 'error_wrong_account',
  unsafe_site: 'options_error_unsafe_site',
}

/** What a code that is not ours is instead. */
const HOLDS: Record<string, Key> = {
  authenticator: 'popup_holds_authenticator',
  contact: 'popup_holds_contact',
  link: 'popup_holds_link',
  other: 'popup_holds_other',
  passkey: 'popup_holds_passkey',
  wifi: 'popup_holds_wifi',
}

export function problemText(t: Translate, { code, description, values = {} }: Problem): string {
  const own = OWN[code]
  if (!own) return errorText(t, code, description ?? t('error_server_error'))
  const host = siteName(values.origin ?? '').text
  return t(own, { ...values, holds: t(HOLDS[values.holds ?? ''] ?? 'popup_holds_other', { host }) })
}
