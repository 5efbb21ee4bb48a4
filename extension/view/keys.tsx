/** Which keys open the popup, as the browser has them now, and the way to where it lets its person choose others. */
import { useEffect, useState } from 'preact/hooks'
import { useText } from '../../shared/ui/text.ts'
import { browser } from '../browser.ts'

const OPENS = '_execute_action'

/** Chrome has no call for it, only a page of its own. */
const CHROMES = 'chrome://extensions/shortcuts'

/** undefined until the browser has said; empty where no keys do it, as when another extension had them before. */
function useKeys(): string | undefined {
  const [keys, setKeys] = useState<string>()
  useEffect(() => {
    const look = () =>
      void browser.commands.getAll().then((all) => setKeys(all.find(({ name }) => name === OPENS)?.shortcut ?? ''))
    look()
    // They are changed in another tab.
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [])
  return keys
}

function choose(): void {
  const { commands } = browser as { commands: { openShortcutSettings?: () => Promise<void> } }
  if (commands.openShortcutSettings) void commands.openShortcutSettings()
  else void browser.tabs.create({ url: CHROMES })
}

export function Keys() {
  const t = useText()
  const keys = useKeys()
  if (keys === undefined) return null
  return (
    <p class="x-quiet x-keys">
      <span>{keys === '' ? t('keys_none') : t('keys_open', { keys })}</span>
      <button type="button" class="nod-link" onClick={choose}>
        {t('keys_choose')}
      </button>
    </p>
  )
}
