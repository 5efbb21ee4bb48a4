/** User name, name and password of an account to be. Tells the caller once it is there; what may be is the gateway's to say. */
import type { Me } from '../../shared/protocol/messages.ts'
import { useText } from '../../shared/ui/text.ts'
import { signUp } from './api.ts'
import { Field, PasswordField, UsernameField } from './field.tsx'
import { useSubmit } from './submit.ts'

interface SignUpFormProps {
  /** Empty where none is needed. */
  invite: string
  onDone(me: Me): void
}

export function SignUpForm({ invite, onDone }: SignUpFormProps) {
  const t = useText()
  const { busy, problem, submit } = useSubmit(async (fields) => {
    const [username, name, password] = ['username', 'name', 'password'].map((field) => `${fields.get(field)}`)
    onDone(await signUp({ username: username!, password: password!, ...(name && { name }), ...(invite && { invite }) }))
  })

  return (
    <form class="nod-form" onSubmit={submit}>
      <UsernameField label={t('page_sign_in_username')} />
      <Field label={t('page_sign_up_name')} hint={t('page_sign_up_name_hint')} name="name" autocomplete="name" />
      <PasswordField
        label={t('page_sign_in_password')}
        hint={t('page_sign_up_password_hint')}
        name="password"
        which="new"
      />
      <p class="nod-error" role="alert">
        {problem}
      </p>
      <button type="submit" class="nod-button nod-button-primary" aria-disabled={busy}>
        {t('page_sign_up_submit')}
      </button>
    </form>
  )
}
