/** The popup of a browser that cannot approve anything yet, or any more. */
import { Mark } from '../../shared/ui/icon.tsx'
import { useText } from '../../shared/ui/text.ts'
import { browser } from '../browser.ts'
import { isPrivate } from './current-tab.ts'

export function NotLinked({ ended }: { ended: boolean }) {
  const t = useText()
  const open = () => void browser.runtime.openOptionsPage().then(() => window.close())
  if (isPrivate()) {
    return (
      <section class="x-welcome">
        <p class="x-welcome-text">{t('popup_private_window')}</p>
      </section>
    )
  }
  return (
    <section class="x-welcome">
      <span class="x-welcome-mark">
        <Mark />
      </span>
      <h2 class="x-welcome-title">{t(ended ? 'popup_link_ended' : 'popup_not_linked')}</h2>
      <p class="x-welcome-text">{t(ended ? 'popup_link_ended_hint' : 'popup_not_linked_hint')}</p>
      <button type="button" class="nod-button nod-button-primary" onClick={open}>
        {t('popup_link')}
      </button>
    </section>
  )
}
