/** Signs in with a passkey of this browser, whoever's it is. Shows nothing where there can be none. */
import { useState } from 'preact/hooks'
import { useText } from '../../shared/ui/text.ts'
import { passkeyRequest, signInWithPasskey } from './api.ts'
import { messageOf } from './message.ts'
import { hasPasskeys, usePasskey } from './passkey.ts'

export function PasskeyButton({ onSignedIn }: { onSignedIn(): void }) {
  const t = useText()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')
  if (!hasPasskeys()) return null

  async function use() {
    if (busy) return
    setBusy(true)
    setProblem('')
    try {
      const passkey = await usePasskey(await passkeyRequest())
      if (passkey) {
        await signInWithPasskey(passkey)
        return onSignedIn()
      }
      setProblem(t('page_passkey_none_used'))
    } catch (error) {
      setProblem(messageOf(t, error))
    }
    setBusy(false)
  }

  return (
    <div class="nod-form">
      <button type="button" class="nod-button nod-button-primary" aria-disabled={busy} onClick={use}>
        {t('page_passkey_use')}
      </button>
      <p class="nod-error" role="alert">
        {problem}
      </p>
      <p class="nod-or">{t('page_passkey_or')}</p>
    </div>
  )
}
