/** The popup's first line: whose approvals these are, and the way to the settings. */
import { Mark } from '../../shared/ui/icon.tsx'
import { useText } from '../../shared/ui/text.ts'
import { browser } from '../browser.ts'
import type { Account } from '../state.ts'
import { Sign } from '../view/sign.tsx'

export function Head({ account }: { account: Account | null }) {
  const t = useText()
  const open = () => void browser.runtime.openOptionsPage().then(() => window.close())
  return (
    <header class="x-head">
      <span class="x-mark">
        <Mark />
      </span>
      <h1 class="x-name">{t('nod')}</h1>
      {account && <span class="x-account">{account.name}</span>}
      <button
        type="button"
        class="x-settings"
        aria-label={t('popup_settings')}
        title={t('popup_settings')}
        onClick={open}
      >
        <Sign name="settings" />
      </button>
    </header>
  )
}
