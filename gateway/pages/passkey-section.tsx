/** The passkeys of who is signed in: what they are called, a new one, away with one. */
import type { TargetedSubmitEvent } from 'preact'
import { useEffect, useId, useState } from 'preact/hooks'
import type { Passkey } from '../../shared/protocol/passkey.ts'
import { useText } from '../../shared/ui/text.ts'
import { addPasskey, passkeyCreation, passkeys, removePasskey } from './api.ts'
import { browserName } from './browser-name.ts'
import { addedAndUsed } from './day.ts'
import { Field } from './field.tsx'
import { hasCode, messageOf } from './message.ts'
import { hasPasskeys, makePasskey } from './passkey.ts'

interface PasskeySectionProps {
  /** The sign-in is too old for a change, or gone. */
  onSignInAgain(): void
}

export function PasskeySection({ onSignInAgain }: PasskeySectionProps) {
  const t = useText()
  const id = useId()
  const [held, setHeld] = useState<readonly Passkey[]>([])
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')

  /** Runs one change and shows what there is afterwards; a change says what kept it from being made, or nothing. */
  async function change(making: () => Promise<string | undefined>) {
    if (busy) return
    setBusy(true)
    setProblem('')
    try {
      setProblem((await making()) ?? '')
      setHeld(await passkeys())
    } catch (error) {
      if (hasCode(error, 'fresh_sign_in_required', 'sign_in_required')) onSignInAgain()
      else setProblem(messageOf(t, error))
    }
    setBusy(false)
  }

  async function add(name: string): Promise<string | undefined> {
    const made = await makePasskey(await passkeyCreation())
    if (made === 'given_up') return t('page_passkey_none_made')
    if (made === 'known') return t('page_passkey_known')
    await addPasskey(name, made)
  }

  function submit(event: TargetedSubmitEvent<HTMLFormElement>) {
    event.preventDefault()
    const name = `${new FormData(event.currentTarget).get('name')}`
    void change(() => add(name))
  }

  useEffect(() => void change(async () => undefined), [])
  return (
    <section class="nod-section" aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`} class="nod-section-title">
        {t('page_passkeys')}
      </h3>
      {held.length === 0 && <p class="nod-page-lead">{t('page_passkeys_none')}</p>}
      <ul class="nod-list">
        {held.map((passkey) => (
          <li key={passkey.passkey_id} class="nod-list-item">
            <div>
              <p>{passkey.name}</p>
              <p class="nod-remark">{addedAndUsed(t, passkey)}</p>
            </div>
            <button
              type="button"
              class="nod-link"
              aria-label={t('page_remove_named', { name: passkey.name })}
              aria-disabled={busy}
              onClick={() => change(() => removePasskey(passkey.passkey_id).then(() => undefined))}
            >
              {t('page_remove')}
            </button>
          </li>
        ))}
      </ul>
      <p class="nod-error" role="alert">
        {problem}
      </p>
      {hasPasskeys() && (
        <form class="nod-form" onSubmit={submit}>
          <Field label={t('page_passkey_name')} name="name" maxLength={100} defaultValue={browserName()} />
          <button type="submit" class="nod-button nod-button-primary" aria-disabled={busy}>
            {t('page_passkey_add')}
          </button>
        </form>
      )}
    </section>
  )
}
