/** The account of who is signed in: its parts, each live by the one watch. */
import { useText } from '../../../shared/ui/text.ts'
import type { Person } from '../signed-in.tsx'
import { ActivitySection } from './activity-section.tsx'
import { DeviceSection } from './device-section.tsx'
import { useAccount } from './live.ts'
import { PasskeySection } from './passkey-section.tsx'
import { PasswordSection } from './password-section.tsx'
import type { PartProps } from './section.tsx'
import { SignInSection } from './sign-in-section.tsx'

export function Account({ issuer, person }: { issuer: string; person: Person }) {
  const t = useText()
  const { view, liveness } = useAccount(issuer, person.onLost)
  const { username, name } = view ?? person.me
  const part: PartProps = { issuer, person, version: view?.version ?? null }
  return (
    <div class="nod nod-account">
      <header class="nod-account-head">
        <div>
          <p class="nod-page-title">{name}</p>
          <p class="nod-page-lead">{t('page_signed_in_as', { account: username })}</p>
        </div>
        <button type="button" class="nod-button" onClick={() => void person.signOut()}>
          {t('page_sign_out')}
        </button>
      </header>
      <p class="nod-account-offline" role="status">
        {liveness === 'offline' && t('qr_offline')}
      </p>
      <SignInSection {...part} />
      <DeviceSection {...part} />
      <PasskeySection {...part} />
      <PasswordSection {...part} has_password={view?.has_password ?? true} username={username} />
      <ActivitySection {...part} />
    </div>
  )
}
