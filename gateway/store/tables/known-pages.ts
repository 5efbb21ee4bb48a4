/** The browsers that an account has let in before, by what they say of themselves. */
import { type Db, first, run } from '../database.ts'
import type { PageInfo } from '../rows.ts'

const DAY = 86_400

export const reads = {
  knowsPage: (db: Db, sub: string, browser: string, os: string): boolean =>
    first(db, 'SELECT 1 AS known FROM known_pages WHERE sub = @sub AND browser = @browser AND os = @os', {
      sub,
      browser,
      os,
    }) !== undefined,
}

/** Whoever comes every day is written down once a day. */
export function knowPage(db: Db, sub: string, { browser, os }: PageInfo, now: number): void {
  run(
    db,
    `INSERT INTO known_pages (sub, browser, os, seen_at) VALUES (@sub, @browser, @os, @now)
     ON CONFLICT DO UPDATE SET seen_at = @now WHERE seen_at < @a_day_ago`,
    { sub, browser, os, now, a_day_ago: now - DAY },
  )
}
