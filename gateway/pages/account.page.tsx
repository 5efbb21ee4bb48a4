/** `/account`: what a person signs in and approves with. Changing it takes a sign-in of the last five minutes. */
import { useEffect, useState } from 'preact/hooks'
import type { Me } from '../../shared/protocol/messages.ts'
import { Notice } from '../../shared/ui/notice.tsx'
import { useText } from '../../shared/ui/text.ts'
import { me, signOut } from './api.ts'
import { DeviceSection } from './device-section.tsx'
import { Frame, mount, Sheet, Waiting } from './frame.tsx'
import { pickLanguage } from './language.ts'
import { hasCode, messageOf } from './message.ts'
import { PasskeySection } from './passkey-section.tsx'
import { SignInForm } from './sign-in-form.tsx'

type State =
  | { kind: 'loading' }
  /** `again`: who has to prove once more that it is them. */
  | { kind: 'out'; again?: Me }
  | { kind: 'in'; me: Me }
  | { kind: 'failed'; message: string }

function AccountPage() {
  const t = useText()
  const [state, setState] = useState<State>({ kind: 'loading' })

  async function look() {
    try {
      setState({ kind: 'in', me: await me() })
    } catch (error) {
      setState(hasCode(error, 'sign_in_required') ? { kind: 'out' } : { kind: 'failed', message: messageOf(t, error) })
    }
  }

  async function leave() {
    try {
      await signOut()
      setState({ kind: 'out' })
    } catch (error) {
      setState({ kind: 'failed', message: messageOf(t, error) })
    }
  }

  useEffect(() => void look(), [])
  return <Frame title={t('page_account_title')}>{contentOf(state)}</Frame>

  function contentOf(now: State) {
    switch (now.kind) {
      case 'loading':
        return <Waiting text={t('page_loading')} />
      case 'failed':
        return (
          <Sheet>
            <Notice tone="bad" title={now.message} action={{ label: t('try_again'), onAct: look }} />
          </Sheet>
        )
      case 'out':
        return (
          <Sheet
            title={t('page_account_title')}
            lead={t(now.again ? 'error_fresh_sign_in_required' : 'page_account_lead')}
          >
            <SignInForm username={now.again?.username ?? ''} onSignedIn={look} />
          </Sheet>
        )
      case 'in':
        return (
          <Sheet title={t('page_account_title')} lead={t('page_signed_in_as', { account: now.me.username })}>
            <PasskeySection onSignInAgain={() => setState({ kind: 'out', again: now.me })} />
            <DeviceSection onSignedOut={() => setState({ kind: 'out' })} />
            <button type="button" class="nod-link" onClick={leave}>
              {t('page_sign_out')}
            </button>
          </Sheet>
        )
    }
  }
}

mount(pickLanguage(), <AccountPage />)
