/** The one error class of the gateway. Thrown for broken input and broken infrastructure; expected outcomes are values. */
import { ERRORS, type ErrorCode, type WireError } from '../shared/protocol/errors.ts'

interface Options {
  /** Public: replaces the table's description where a better one is known. Never holds client input or secrets. */
  description?: string
  /** Private: goes to the log only. */
  detail?: unknown
  cause?: unknown
  /** Extra response headers, for example Retry-After or WWW-Authenticate. */
  headers?: Record<string, string>
  /** Extra members of the body, where the protocol names them. */
  members?: Record<string, string | number>
}

export class NodError extends Error {
  readonly code: ErrorCode
  readonly options: Options

  constructor(code: ErrorCode, options: Options = {}) {
    super(options.description ?? ERRORS[code].description, { cause: options.cause })
    this.name = 'NodError'
    this.code = code
    this.options = options
  }

  get status(): number {
    return ERRORS[this.code].status
  }

  /** The public shape: what it is, then what to do about it. */
  wire(request_id: string): WireError {
    const table: { description: string; hint?: string } = ERRORS[this.code]
    const description = this.options.description ?? table.description
    return {
      error: this.code,
      error_description: table.hint ? `${description} ${table.hint}` : description,
      request_id,
      ...this.options.members,
    }
  }
}
