/** User name, name and password of an account to be. Tells the caller once it is there; what may be is the gateway's to say. */
import { useId } from 'preact/hooks'
import type { Me } from '../../shared/protocol/messages.ts'
import { useText } from '../../shared/ui/text.ts'
import { signUp } from './api.ts'
import { useSubmit } from './submit.ts'

interface SignUpFormProps {
  /** Empty where none is needed. */
  invite: string
  onDone(me: Me): void
}

export function SignUpForm({ invite, onDone }: SignUpFormProps) {
  const t = useText()
  const id = useId()
  const { busy, problem, submit } = useSubmit(async (fields) => {
    const [username, name, password] = ['username', 'name', 'password'].map((field) => `${fields.get(field)}`)
    onDone(await signUp({ username: username!, password: password!, ...(name && { name }), ...(invite && { invite }) }))
  })

  return (
    <form class="nod-form" onSubmit={submit}>
      <div class="nod-field">
        <label for={`${id}-username`}>{t('page_sign_in_username')}</label>
        <input
          id={`${id}-username`}
          class="nod-input"
          name="username"
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          required
        />
      </div>
      <div class="nod-field">
        <label for={`${id}-name`}>{t('page_sign_up_name')}</label>
        <input
          id={`${id}-name`}
          class="nod-input"
          name="name"
          autocomplete="name"
          aria-describedby={`${id}-name-hint`}
        />
        <p id={`${id}-name-hint`} class="nod-field-hint">
          {t('page_sign_up_name_hint')}
        </p>
      </div>
      <div class="nod-field">
        <label for={`${id}-password`}>{t('page_sign_in_password')}</label>
        <input
          id={`${id}-password`}
          class="nod-input"
          name="password"
          type="password"
          autocomplete="new-password"
          required
          aria-describedby={`${id}-password-hint`}
        />
        <p id={`${id}-password-hint`} class="nod-field-hint">
          {t('page_sign_up_password_hint')}
        </p>
      </div>
      <p class="nod-error" role="alert">
        {problem}
      </p>
      <button type="submit" class="nod-button nod-button-primary" aria-disabled={busy}>
        {t('page_sign_up_submit')}
      </button>
    </form>
  )
}
