/**
 * What each client asked and what it was told, in the order in which it happened: the memory of those outside. Whatever
 * was told with a 2xx is a promise that has to hold; an exchange without an answer may have happened or not.
 */

export type Op = 'create' | 'claim' | 'decide' | 'cancel' | 'redeem' | 'userinfo' | 'revoke'

export interface Exchange {
  readonly client: string
  readonly op: Op
  session_id: string | null
  /** Milliseconds since 1970, with fractions. */
  readonly asked_at: number
  told_at: number | null
  /** Null: no answer came. */
  status: number | null
  /** Members of the answer. */
  told: Readonly<Record<string, unknown>>
  /** What is needed to find the effect again: the account that claims, the hash of what was signed, … */
  readonly asked: Readonly<Record<string, string>>
}

/** A view that a page was shown. */
export interface Sighting {
  /** As `told_at`. */
  readonly at: number
  readonly observer: string
  readonly session_id: string
  readonly epoch: string
  readonly version: number
  readonly state: string
  readonly code: string | null
}

export interface History {
  readonly exchanges: Exchange[]
  readonly sightings: Sighting[]
}

export const emptyHistory = (): History => ({ exchanges: [], sightings: [] })

/** What was asked and told by `moment`; what was under way then has no answer. */
export const until = ({ exchanges, sightings }: History, moment: number): History => ({
  exchanges: exchanges
    .filter(({ asked_at }) => asked_at <= moment)
    .map((exchange) =>
      exchange.told_at !== null && exchange.told_at <= moment
        ? exchange
        : { ...exchange, told_at: null, status: null, told: {} },
    ),
  sightings: sightings.filter(({ at }) => at <= moment),
})

export const wallMillis = (): number => performance.timeOrigin + performance.now()

export const acknowledged = ({ status }: Exchange): boolean => status !== null && status >= 200 && status < 300
