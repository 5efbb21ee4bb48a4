/**
 * Lists that are newest first and read page by page: where a page begins, and what the next one is asked with. A second
 * may hold more than a page does, so the next one begins so many entries into it. No number of the whole table is told: it
 * would say how much others do. Pure.
 */

export interface Position {
  /** Epoch seconds; nothing later. */
  up_to: number
  /** How many of the newest of those are left out. */
  skip: number
}

/** `before`: epoch seconds, only what was before; `SECONDS-N` as an earlier page's `next` said it goes on right there. */
export function positionOf(before: string | undefined): Position {
  if (before === undefined) return { up_to: Number.MAX_SAFE_INTEGER, skip: 0 }
  const [at, skip] = before.split('-').map(Number)
  return skip === undefined ? { up_to: at! - 1, skip: 0 } : { up_to: at!, skip }
}

/** Undefined when there can be no more. `times`: of the page's entries. */
export function nextOf(times: readonly number[], limit: number, from: Position): string | undefined {
  const last = times.at(-1)
  if (last === undefined || times.length < limit) return undefined
  const in_last = times.filter((at) => at === last).length + (from.up_to === last ? from.skip : 0)
  return `${last}-${in_last}`
}
