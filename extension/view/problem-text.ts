/** The sentence for a problem: the extension's own ones here, the gateway's by their common table. */
import { errorText } from '../../shared/ui/error-text.ts'
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
  no_code_in_tab: 'popup_error_no_code_in_tab',
  no_gateway: 'popup_error_not_linked',
  not_a_nod_code: 'popup_error_not_a_nod_code',
  not_a_web_page: 'popup_error_not_a_web_page',
  not_linked: 'popup_error_not_linked',
  other_gateway: 'popup_error_other_gateway',
  other_issuer: 'options_error_other_issuer',
  passkey_failed: 'error_passkey_failed',
  passkey_required: 'error_passkey_required',
  permission_needed: 'options_error_permission_needed',
  private_window: 'popup_private_window',
  tab_moved: 'popup_error_tab_moved',
  two_codes: 'popup_error_two_codes',
  unlink_first: 'options_error_unlink_first',
  unlinked_here_only: 'options_error_unlinked_here_only',
  wrong_account: 'error_wrong_account',
  unsafe_site: 'options_error_unsafe_site',
}

export function problemText(t: Translate, { code, description, values }: Problem): string {
  const own = OWN[code]
  return own ? t(own, values) : errorText(t, code, description ?? t('error_server_error'))
}
