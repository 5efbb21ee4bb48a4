/**
 * What the two ways of watching have in common: what they follow and how they can end. A transport runs until it cannot
 * go on and says why; whether and how to go on is decided in follow.ts.
 */
import type * as v from 'valibot'
import type { GatewayError } from '../call.ts'
import type { PageLife } from '../page-life.ts'

/** The one thing both transports agree on: how new a view is. `presence` counts beside `version`, where there is one. */
export interface Versioned {
  epoch: string
  version: number
  presence?: number | undefined
}

/** A new epoch is another database, whose versions count anew. */
export const isNewer = (view: Versioned, than: Versioned): boolean =>
  view.epoch !== than.epoch ||
  view.version > than.version ||
  (view.version === than.version && (view.presence ?? 0) > (than.presence ?? 0))

export interface Source<V extends Versioned> {
  /** The address of the long-poll. */
  url: string
  schema: v.GenericSchema<unknown, V>
  /** Sent as a bearer; null where the cookie speaks. */
  bearer: string | null
  /** Missing where the thing can only be polled. `type`: what its frames are called. */
  socket?: { url: string; first_message: object; type: string; schema: v.GenericSchema<unknown, V> }
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
  /** This way is in use by others who follow the same, and taking it would take it from them. */
  | { kind: 'taken' }
  /** It is time to begin again, from the first way on. */
  | { kind: 'turn' }
  /** It broke; asking again may help. `away`: and nobody answers. */
  | { kind: 'cut'; away?: boolean; retry_after?: number | undefined }

export interface Run<V extends Versioned> {
  source: Source<V>
  /** The newest view there is; null before the first. */
  newest(): V | null
  /** Takes every view, new or not. */
  onView(view: V): void
  life: Pick<PageLife, 'onLook'>
  /** Milliseconds that a request may be held here: what it learned goes with the watch. */
  hold: { ms: number }
  signal: AbortSignal
}

export type Transport = <V extends Versioned>(run: Run<V>) => Promise<Ending>

/** Whether an exchange that failed means "still pending": these statuses, and no answer at all. */
export const isPassing = ({ status, code }: GatewayError): boolean =>
  [0, 408, 425, 429].includes(status) || status >= 500 || code === 'not_a_gateway'
