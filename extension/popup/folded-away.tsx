/** Over a login page on which the person has folded the code away: says so, and brings it back. */
import { useText } from '../../shared/ui/text.ts'
import type { PageRecord } from '../state.ts'
import { ask } from '../view/ask.ts'
import { useStored } from '../view/stored.ts'
import type { CurrentTab } from './current-tab.ts'

export function FoldedAway({ tab: { tab_id }, page }: { tab: CurrentTab; page: PageRecord }) {
  const t = useText()
  const folded = useStored('folded')
  if (page.expelled || !folded?.includes(page.origin)) return null
  const unfold = async () => {
    await ask('unfold_page', { tab_id })
    window.close()
  }
  return (
    <div class="x-folded">
      <p class="x-quiet">{t('popup_folded', { site: page.site_name })}</p>
      <button type="button" class="nod-small-button" onClick={() => void unfold()}>
        {t('popup_unfold')}
      </button>
    </div>
  )
}
