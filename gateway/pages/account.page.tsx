/** `/account`: all that an account has and what happened to it, live; and what its person can do about that. */
import { useText } from '../../shared/ui/text.ts'
import { Account } from './account/account.tsx'
import { Frame, mount } from './frame.tsx'
import { pickLanguage } from './language.ts'
import { PageData, readPageData } from './page-data.ts'
import { SignedIn } from './signed-in.tsx'

const { issuer } = readPageData(PageData)

function AccountPage() {
  const t = useText()
  return (
    <Frame title={t('page_account_title')}>
      <SignedIn title={t('page_account_title')} lead={t('page_account_lead')}>
        {(person) => <Account issuer={issuer} person={person} />}
      </SignedIn>
    </Frame>
  )
}

mount(pickLanguage(), <AccountPage />)
