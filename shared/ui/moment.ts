/** When something was, as the reader's language writes it. Times are epoch seconds, shown in the reader's own time zone. */
import type { Translate } from './text.ts'

const DAY_MS = 86_400_000

const midnight = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0)

/** "today" and "yesterday", else the date. */
function day(t: Translate, at: number): string {
  const days_ago = Math.round((midnight(Date.now()) - midnight(at * 1000)) / DAY_MS)
  if (days_ago === 0 || days_ago === 1) {
    return new Intl.RelativeTimeFormat(t('locale_tag'), { numeric: 'auto' }).format(-days_ago, 'day')
  }
  return new Date(at * 1000).toLocaleDateString(t('locale_tag'), { dateStyle: 'medium' })
}

/** Stands by itself, so it begins as a sentence does. */
export function moment(t: Translate, at: number): string {
  const time = new Date(at * 1000).toLocaleTimeString(t('locale_tag'), { timeStyle: 'short' })
  const said = t('when', { day: day(t, at), time })
  return said.charAt(0).toLocaleUpperCase(t('locale_tag')) + said.slice(1)
}

/** Since when there is such a thing, and when it was last of use. */
export function addedAndUsed(
  t: Translate,
  { created_at, last_used_at }: { created_at: number; last_used_at: number | null },
): string {
  const added = day(t, created_at)
  return last_used_at === null
    ? t('added_never_used', { added })
    : t('added_used', { added, used: day(t, last_used_at) })
}
