/** The link that is being made: the words to compare, and the time there is for it. */
import { Countdown } from '../../shared/ui/countdown.tsx'
import { useText } from '../../shared/ui/text.ts'
import { browser } from '../browser.ts'
import type { Linking } from '../state.ts'
import { ask } from '../view/ask.ts'

export function Ceremony({ linking }: { linking: Linking }) {
  const t = useText()
  return (
    <div class="x-ceremony" role="status">
      <p>{t('options_link_compare')}</p>
      <p class="x-phrase" translate={false}>
        {linking.phrase}
      </p>
      <p class="x-quiet">{t('options_link_waiting')}</p>
      <div class="x-line">
        <Countdown ends_at={linking.ends_at} label={t('ask_time_left')} />
        <span class="x-buttons">
          <button type="button" class="nod-button" onClick={() => void ask('cancel_link', {})}>
            {t('options_link_cancel')}
          </button>
          <button type="button" class="nod-button" onClick={() => void browser.tabs.create({ url: linking.link_uri })}>
            {t('options_link_open')}
          </button>
        </span>
      </div>
    </div>
  )
}
