/** What to tell a person about something that failed. */
import { GatewayError } from '../../shared/client/call.ts'
import { errorText } from '../../shared/ui/error-text.ts'
import type { Translate } from '../../shared/ui/text.ts'

/** An error that is none of the gateway's is a fault of ours: it goes to the console, not to the reader. */
export function messageOf(t: Translate, error: unknown): string {
  if (error instanceof GatewayError) return errorText(t, error.code, error.message)
  console.error(error)
  return t('error_server_error')
}

export const hasCode = (error: unknown, ...codes: GatewayError['code'][]): error is GatewayError =>
  error instanceof GatewayError && codes.includes(error.code)
