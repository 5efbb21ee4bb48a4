/** The browsers that this account let in at sites; two presses sign one out, wherever it is. */
import { useState } from 'preact/hooks'
import { signInsOf, signOutBrowser } from '../../../shared/client/account.ts'
import { SignInRow } from '../../../shared/ui/rows.tsx'
import { useText } from '../../../shared/ui/text.ts'
import { hasCode, messageOf } from '../message.ts'
import { useLiveList } from './live.ts'
import { LiveRows, type PartProps, Section } from './section.tsx'

const PAGE = 10

export function SignInSection({ issuer, person, version }: PartProps) {
  const t = useText()
  const holder = { issuer, device_token: null }
  const list = useLiveList(version, (before) => signInsOf(holder, PAGE, before))
  const [busy, setBusy] = useState('')
  const [problems, setProblems] = useState<Record<string, string>>({})

  async function signOut(session_id: string) {
    setBusy(session_id)
    setProblems(({ [session_id]: _, ...others }) => others)
    try {
      await signOutBrowser(holder, session_id)
    } catch (error) {
      if (hasCode(error, 'sign_in_required')) person.onLost()
      else setProblems((others) => ({ ...others, [session_id]: messageOf(t, error) }))
    }
    setBusy('')
  }

  return (
    <Section id="sign-ins" title={t('account_sign_ins')} lead={t('account_sign_ins_lead')}>
      <LiveRows list={list} empty={t('account_sign_ins_none')}>
        {(sign_in) => (
          <SignInRow
            key={sign_in.session_id}
            sign_in={sign_in}
            busy={busy === sign_in.session_id}
            problem={problems[sign_in.session_id]}
            onSignOut={() => void signOut(sign_in.session_id)}
          />
        )}
      </LiveRows>
    </Section>
  )
}
