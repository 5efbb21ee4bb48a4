/** `/sign-up`, `/sign-up#…`: makes an account, where anybody may or with the invitation behind the `#`. */
import { useEffect, useState } from 'preact/hooks'
import * as v from 'valibot'
import type { Me } from '../../shared/protocol/messages.ts'
import { Notice } from '../../shared/ui/notice.tsx'
import { useText } from '../../shared/ui/text.ts'
import { Frame, mount, Sheet } from './frame.tsx'
import { pickLanguage } from './language.ts'
import { onNewFragment, PageData, readPageData, takeFragment } from './page-data.ts'
import { SignUpForm } from './sign-up-form.tsx'

const SignUpData = v.object({ ...PageData.entries, registration: v.picklist(['closed', 'invite', 'open']) })

function SignUpPage({ registration, given }: { registration: 'closed' | 'invite' | 'open'; given: string }) {
  const t = useText()
  const [invite, setInvite] = useState(given)
  const [me, setMe] = useState<Me | null>(null)
  useEffect(() => onNewFragment(setInvite), [])
  return <Frame title={t('page_sign_up_title')}>{me ? done(me) : content()}</Frame>

  function content() {
    // Also where registration is closed: an empty gateway invites to its first account.
    if (invite !== '' || registration === 'open') {
      return (
        <Sheet title={t('page_sign_up_title')} lead={t('page_sign_up_lead')}>
          <SignUpForm key={invite} invite={invite} onDone={setMe} />
        </Sheet>
      )
    }
    return (
      <Sheet>
        <Notice tone="info" title={t(registration === 'invite' ? 'page_sign_up_invite' : 'page_sign_up_closed')}>
          {t(registration === 'invite' ? 'page_sign_up_invite_hint' : 'page_sign_up_closed_hint', {
            host: location.host,
          })}
        </Notice>
      </Sheet>
    )
  }

  function done({ username }: Me) {
    return (
      <Sheet>
        <div role="status">
          <Notice tone="good" title={t('page_sign_up_done')}>
            {t('page_sign_up_done_hint', { account: username, host: location.host })}
          </Notice>
        </div>
        <a class="nod-button nod-button-primary" href="/code">
          {t('page_sign_in_enter_code')}
        </a>
      </Sheet>
    )
  }
}

mount(pickLanguage(), <SignUpPage registration={readPageData(SignUpData).registration} given={takeFragment()} />)
