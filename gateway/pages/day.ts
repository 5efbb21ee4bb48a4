/** Days as the reader's language writes them. */
import type { Translate } from '../../shared/ui/text.ts'

/** `at`: epoch seconds. */
const day = (at: number): string =>
  new Date(at * 1000).toLocaleDateString(document.documentElement.lang || undefined, { dateStyle: 'medium' })

/** Since when there is such a thing, and when it was last of use; times in epoch seconds. */
export function addedAndUsed(
  t: Translate,
  { created_at, last_used_at }: { created_at: number; last_used_at: number | null },
): string {
  const added = day(created_at)
  return last_used_at === null
    ? t('page_added_never_used', { added })
    : t('page_added_used', { added, used: day(last_used_at) })
}
