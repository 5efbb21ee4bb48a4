/** Another password, and the end of all sign-ins to this gateway at once. */
import { useState } from 'preact/hooks'
import { useText } from '../../../shared/ui/text.ts'
import { TwoStep } from '../../../shared/ui/two-step.tsx'
import { changePassword } from '../api.ts'
import { PasswordField, UsernameField } from '../field.tsx'
import { hasCode } from '../message.ts'
import type { Person } from '../signed-in.tsx'
import { useSubmit } from '../submit.ts'
import { type PartProps, Section } from './section.tsx'

interface PasswordSectionProps extends PartProps {
  has_password: boolean
  username: string
}

export function PasswordSection({ person, has_password, username }: PasswordSectionProps) {
  const t = useText()
  const [changing, setChanging] = useState(false)
  const [done, setDone] = useState(false)
  return (
    <Section id="password" title={t('account_security')}>
      <div class="nod-list">
        <div class="nod-list-item">
          <div class="nod-list-text">
            <p class="nod-list-title">{t('page_sign_in_password')}</p>
            <p class="nod-remark">{t(has_password ? 'account_password_set' : 'account_password_none')}</p>
            <p class="nod-outcome" role="status">
              {done && t('account_password_changed')}
            </p>
          </div>
          {!changing && (
            <button type="button" class="nod-link" onClick={() => setChanging(true)}>
              {t(has_password ? 'account_password_change' : 'account_password_add')}
            </button>
          )}
        </div>
        {changing && (
          <PasswordForm
            person={person}
            has_password={has_password}
            username={username}
            onEnd={(changed) => {
              setChanging(false)
              setDone(changed)
            }}
          />
        )}
        <div class="nod-list-item">
          <div class="nod-list-text">
            <p class="nod-list-title">{t('account_everywhere')}</p>
            <p class="nod-remark">{t('account_everywhere_hint')}</p>
          </div>
          <TwoStep
            label={t('account_everywhere_do')}
            name={username}
            sure={t('account_everywhere_sure')}
            onSure={() => void person.signOut(true)}
          />
        </div>
      </div>
    </Section>
  )
}

interface PasswordFormProps {
  person: Person
  has_password: boolean
  username: string
  onEnd(changed: boolean): void
}

function PasswordForm({ person, has_password, username, onEnd }: PasswordFormProps) {
  const t = useText()
  const { busy, problem, submit } = useSubmit(async (fields) => {
    const current = fields.get('current')
    try {
      await changePassword(`${fields.get('new')}`, current === null ? undefined : `${current}`)
      onEnd(true)
    } catch (error) {
      if (!hasCode(error, 'fresh_sign_in_required', 'sign_in_required')) throw error
      person.signInAgain()
    }
  })
  return (
    <form class="nod-form" onSubmit={submit}>
      {/* For the browser's own store of passwords. */}
      <div hidden>
        <UsernameField label={t('page_sign_in_username')} defaultValue={username} />
      </div>
      {has_password && <PasswordField label={t('account_password_current')} name="current" which="current" />}
      <PasswordField label={t('account_password_new')} hint={t('page_sign_up_password_hint')} name="new" which="new" />
      <p class="nod-error" role="alert">
        {problem}
      </p>
      <div class="nod-row-actions">
        <button type="submit" class="nod-button" aria-disabled={busy}>
          {t('account_password_save')}
        </button>
        <button type="button" class="nod-link" onClick={() => onEnd(false)}>
          {t('two_step_keep')}
        </button>
      </div>
    </form>
  )
}
