/** That what is shown may be old, since a gateway is out of reach: which one, where there are more. */
import { siteName } from '../../shared/ui/site-name.ts'
import { useText } from '../../shared/ui/text.ts'
import type { Account, Inbox } from '../state.ts'

interface OfflineProps {
  accounts: readonly Account[]
  liveness: Inbox['liveness']
}

export function Offline({ accounts, liveness }: OfflineProps) {
  const t = useText()
  const all = new Set(accounts.map(({ issuer }) => issuer))
  const away = accounts.filter(({ account_id }) => liveness[account_id] === 'offline').map(({ issuer }) => issuer)
  return (
    <div class="x-offline-place" role="status">
      {[...new Set(away)].map((issuer) => (
        <p key={issuer} class="x-offline">
          {all.size === 1 ? t('qr_offline') : t('popup_offline', { gateway: siteName(issuer).text })}
        </p>
      ))}
    </div>
  )
}
