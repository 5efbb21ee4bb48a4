/** The popup's first line: its name, and the ways to what an account has and to the settings. */
import type { RefObject } from 'preact'
import { Mark } from '../../shared/ui/icon.tsx'
import { type Key, useText } from '../../shared/ui/text.ts'
import { browser } from '../browser.ts'
import { Sign } from '../view/sign.tsx'

interface HeadProps {
  /** Missing where there is nothing to show. */
  onDevices?: (() => void) | undefined
  /** The button that leads there. */
  devices?: RefObject<HTMLButtonElement | null>
}

export function Head({ onDevices, devices }: HeadProps) {
  const t = useText()
  const openSettings = () => void browser.runtime.openOptionsPage().then(() => window.close())
  return (
    <header class="x-head">
      <span class="x-mark">
        <Mark />
      </span>
      <h1 class="x-name">{t('nod')}</h1>
      {onDevices && <HeadButton button={devices} sign="devices" label="popup_devices" onAct={onDevices} />}
      <HeadButton sign="settings" label="popup_settings" onAct={openSettings} />
    </header>
  )
}

interface HeadButtonProps {
  button?: RefObject<HTMLButtonElement | null> | undefined
  sign: 'devices' | 'settings'
  label: Key
  onAct(): void
}

function HeadButton({ button, sign, label, onAct }: HeadButtonProps) {
  const t = useText()
  return (
    <button
      ref={button ?? null}
      type="button"
      class="x-head-button"
      aria-label={t(label)}
      title={t(label)}
      onClick={onAct}
    >
      <Sign name={sign} />
    </button>
  )
}
