/** The one shape of every error, over HTTP and in the closing of sockets. */
import * as v from 'valibot'
import type { ErrorCode } from './errors.ts'

export const WireErrorBody = v.object({
  error: v.string() as unknown as v.GenericSchema<ErrorCode>,
  error_description: v.string(),
  error_uri: v.optional(v.string()),
  request_id: v.optional(v.string()),
})
