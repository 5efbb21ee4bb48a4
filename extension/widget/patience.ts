/**
 * How often the widget comes back into a page that takes it out: a few times in one document, a router's new addresses being
 * no new beginning; more often where the page only draws itself anew. Pure.
 */

const MOST_REINSERTIONS = 5

/** What it costs of those when the page removed not it, but the place that it was in. */
const REDRAWN = 0.25

/** Milliseconds. A page that leaves it alone for so long was no page at war, and starts afresh. */
const PEACE_MS = 30_000

export interface Patience {
  left: number
  /** When it was last taken away, in milliseconds of any clock. */
  taken_at: number
}

export const createPatience = (): Patience => ({ left: MOST_REINSERTIONS, taken_at: Number.NEGATIVE_INFINITY })

/** The page has had its way, for good. */
export const isWornOut = ({ left }: Patience): boolean => left < 0

/** It was taken away at `now`. */
export function taken({ left, taken_at }: Patience, now: number, with_its_place: boolean): Patience {
  const had = left >= 0 && now - taken_at > PEACE_MS ? MOST_REINSERTIONS : left
  return { left: had - (with_its_place ? REDRAWN : 1), taken_at: now }
}
