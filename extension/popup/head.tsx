/** The popup's first line: its name, and the ways to what an account has and to the settings. */
import { Mark } from '../../shared/ui/icon.tsx'
import { type Key, useText } from '../../shared/ui/text.ts'
import { browser } from '../browser.ts'
import { Sign } from '../view/sign.tsx'

interface HeadProps {
  /** Missing where there is nothing to show. */
  onDevices?: (() => void) | undefined
}

export function Head({ onDevices }: HeadProps) {
  const t = useText()
  const openSettings = () => void browser.runtime.openOptionsPage().then(() => window.close())
  return (
    <header class="x-head">
      <span class="x-mark">
        <Mark />
      </span>
      <h1 class="x-name">{t('nod')}</h1>
      {onDevices && <HeadButton sign="devices" label="popup_devices" onAct={onDevices} />}
      <HeadButton sign="settings" label="popup_settings" onAct={openSettings} />
    </header>
  )
}

function HeadButton({ sign, label, onAct }: { sign: 'devices' | 'settings'; label: Key; onAct(): void }) {
  const t = useText()
  return (
    <button type="button" class="x-head-button" aria-label={t(label)} title={t(label)} onClick={onAct}>
      <Sign name={sign} />
    </button>
  )
}
