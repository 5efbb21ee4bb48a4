/** What to tell a person about something that failed. */
import { GatewayError } from '../../shared/client/call.ts'
import { errorText } from '../../shared/ui/error-text.ts'
import type { Key, Translate } from '../../shared/ui/text.ts'

/** What only these pages can be answered: the pages of sites, which load the other sentences, need not carry these. */
const OF_ACCOUNTS: Partial<Record<GatewayError['code'], Key>> = {
  wrong_account: 'error_wrong_account',
  registration_closed: 'error_registration_closed',
  invite_required: 'error_invite_required',
  invite_over: 'error_invite_over',
  username_taken: 'error_username_taken',
  invalid_username: 'error_invalid_username',
  invalid_password: 'error_invalid_password',
  wrong_password: 'error_wrong_password',
  invalid_passkey: 'error_invalid_passkey',
  too_many_passkeys: 'error_too_many_passkeys',
  last_factor: 'error_last_factor',
  passkey_required: 'error_passkey_required',
  passkey_failed: 'error_passkey_failed',
}

/** An error that is none of the gateway's is a fault of ours: it goes to the console, not to the reader. */
export function messageOf(t: Translate, error: unknown): string {
  if (!(error instanceof GatewayError)) {
    console.error(error)
    return t('error_server_error')
  }
  const key = OF_ACCOUNTS[error.code]
  return key ? t(key) : errorText(t, error.code, error.message)
}

export const hasCode = (error: unknown, ...codes: GatewayError['code'][]): error is GatewayError =>
  error instanceof GatewayError && codes.includes(error.code)
