/**
 * A passkey first where the browser has them, else user name and password. Tells the caller once the cookie is there; says
 * nothing of why a sign-in failed but that.
 */
import { useText } from '../../shared/ui/text.ts'
import { signIn } from './api.ts'
import { PasswordField, UsernameField } from './field.tsx'
import { hasPasskeys } from './passkey.ts'
import { PasskeyButton } from './passkey-button.tsx'
import { useSubmit } from './submit.ts'

interface SignInFormProps {
  /** Known when the same person has to sign in again. */
  username?: string
  onSignedIn(): void
}

export function SignInForm({ username = '', onSignedIn }: SignInFormProps) {
  const t = useText()
  const { busy, problem, submit } = useSubmit(async (fields) => {
    await signIn(`${fields.get('username')}`, `${fields.get('password')}`)
    onSignedIn()
  })

  return (
    <div class="nod-form">
      <PasskeyButton onSignedIn={onSignedIn} />
      <form class="nod-form" onSubmit={submit}>
        <UsernameField label={t('page_sign_in_username')} defaultValue={username} />
        <PasswordField label={t('page_sign_in_password')} name="password" which="current" />
        <p class="nod-error" role="alert">
          {problem}
        </p>
        <button
          type="submit"
          class={hasPasskeys() ? 'nod-button' : 'nod-button nod-button-primary'}
          aria-disabled={busy}
        >
          {t('page_sign_in_submit')}
        </button>
      </form>
    </div>
  )
}
