/** `/sign-in`: signs this browser in to the gateway, and on to where it came from if that is a path of this origin. */
import { Notice } from '../../shared/ui/notice.tsx'
import { useText } from '../../shared/ui/text.ts'
import { Frame, mount, Sheet } from './frame.tsx'
import { pickLanguage } from './language.ts'
import { nextPath } from './next-path.ts'
import { type Person, SignedIn } from './signed-in.tsx'

function goOn(): boolean {
  const next = nextPath(location.search, location.origin)
  if (next !== null) location.replace(next)
  return next !== null
}

function SignInPage() {
  const t = useText()
  return (
    <Frame title={t('page_sign_in_title')}>
      <SignedIn title={t('page_sign_in_title')} lead={t('page_sign_in_lead')} goesOn={goOn}>
        {(person) => <Done {...person} />}
      </SignedIn>
    </Frame>
  )
}

function Done({ me, signOut }: Person) {
  const t = useText()
  return (
    <Sheet>
      <Notice tone="good" title={t('page_sign_in_done')}>
        {t('page_sign_in_done_hint', { account: me.username, host: location.host })}
      </Notice>
      <a class="nod-button nod-button-primary" href="/code">
        {t('page_sign_in_enter_code')}
      </a>
      <a class="nod-button" href="/account">
        {t('page_account_title')}
      </a>
      <button type="button" class="nod-link" onClick={() => void signOut()}>
        {t('page_sign_out')}
      </button>
    </Sheet>
  )
}

mount(pickLanguage(), <SignInPage />)
