/** What every grant is: a grant_type, and what it gives an authenticated client for its parameters. */
import type { ErrorCode } from '../../shared/protocol/errors.ts'
import type { Params } from '../params.ts'
import type { ClientRow } from '../store/rows.ts'
import type { TokenAnswer } from '../tokens.ts'

export type Granted = { ok: true; answer: TokenAnswer } | { ok: false; reason: ErrorCode; description?: string }

/** How the client asked. */
export interface GrantContext {
  /** Seconds it is willing to wait for an answer (RFC 7240 §4.3); undefined: as long as the gateway does. */
  wait?: number | undefined
  /** Calls `gone` when the client has gone, until the returned function is called. */
  onGone(gone: () => void): () => void
}

export interface Grant {
  readonly grant_type: string
  /** Resolves to tokens only after they are durable. */
  redeem(client: ClientRow, params: Params, context: GrantContext): Promise<Granted>
}
