/**
 * What the two ways of watching have in common: what they follow and how they can end. A transport runs until it cannot
 * go on and says why; whether and how to go on is decided in watch.ts.
 */
import type * as v from 'valibot'
import type { GatewayError } from '../call.ts'

/** The one thing both transports agree on: how new a view is. */
export interface Versioned {
  epoch: string
  version: number
}

export interface Source<V extends Versioned> {
  /** The address of the long-poll. */
  url: string
  schema: v.GenericSchema<unknown, V>
  /** Sent as a bearer; null where the cookie speaks. */
  bearer: string | null
  /** Missing where the thing can only be polled. */
  socket?: { url: string; first_message: object; schema: v.GenericSchema<unknown, V> }
  /** Whether nothing can come after this view. */
  isLast(view: V): boolean
}

export type Ending =
  /** Nothing more will come. */
  | { kind: 'over' }
  /** Asking again cannot help. */
  | { kind: 'refused'; error: GatewayError }
  /** This way does not work here; another may. */
  | { kind: 'unavailable' }
  /** It works, and stopped because `until` was reached. */
  | { kind: 'turn' }
  /** It broke; asking again may help. */
  | { kind: 'cut'; retry_after?: number | undefined }

export interface Run<V extends Versioned> {
  source: Source<V>
  /** The newest view there is; null before the first. */
  newest(): Versioned | null
  /** Takes every view, new or not. */
  onView(view: V): void
  /** By `performance.now()`: when to stop for a turn, if there is a natural moment for it. */
  until: number
  signal: AbortSignal
}

export type Transport = <V extends Versioned>(run: Run<V>) => Promise<Ending>

/** What an error of an exchange means for a watch: these statuses and no answer at all mean "still pending". */
export function endingOf(error: GatewayError): Ending {
  const passing = [0, 408, 425, 429].includes(error.status) || error.status >= 500 || error.code === 'not_a_gateway'
  return passing ? { kind: 'cut', retry_after: error.retry_after } : { kind: 'refused', error }
}
