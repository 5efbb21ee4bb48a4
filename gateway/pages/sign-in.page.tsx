/** `/sign-in`: signs this browser in to the gateway, and on to where it came from if that is a path of this origin. */
import { useEffect, useState } from 'preact/hooks'
import type { Me } from '../../shared/protocol/messages.ts'
import { Notice } from '../../shared/ui/notice.tsx'
import { useText } from '../../shared/ui/text.ts'
import { me, signOut } from './api.ts'
import { Frame, mount, Sheet, Waiting } from './frame.tsx'
import { pickLanguage } from './language.ts'
import { hasCode, messageOf } from './message.ts'
import { nextPath } from './next-path.ts'
import { SignInForm } from './sign-in-form.tsx'

type State = { kind: 'loading' } | { kind: 'out' } | { kind: 'in'; me: Me } | { kind: 'failed'; message: string }

function SignInPage() {
  const t = useText()
  const [state, setState] = useState<State>({ kind: 'loading' })

  async function look() {
    try {
      const signed_in = await me()
      const next = nextPath(location.search, location.origin)
      if (next !== null) location.replace(next)
      else setState({ kind: 'in', me: signed_in })
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
  return <Frame title={t('page_sign_in_title')}>{contentOf(state)}</Frame>

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
          <Sheet title={t('page_sign_in_title')} lead={t('page_sign_in_lead')}>
            <SignInForm onSignedIn={look} />
          </Sheet>
        )
      case 'in':
        return (
          <Sheet>
            <Notice tone="good" title={t('page_sign_in_done')}>
              {t('page_sign_in_done_hint', { account: now.me.username, host: location.host })}
            </Notice>
            <a class="nod-button nod-button-primary" href="/code">
              {t('page_sign_in_enter_code')}
            </a>
            <a class="nod-button" href="/account">
              {t('page_account_title')}
            </a>
            <button type="button" class="nod-link" onClick={leave}>
              {t('page_sign_out')}
            </button>
          </Sheet>
        )
    }
  }
}

mount(pickLanguage(), <SignInPage />)
