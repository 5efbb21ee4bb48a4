/**
 * What opens from the toolbar: the requests that wait, or the ways to scan one. Keeps nothing of its own: closing it
 * at any moment decides nothing, and opening it again shows the same.
 */
import { useState } from 'preact/hooks'
import { accountName } from '../../shared/ui/account-name.ts'
import { QrPanel } from '../../shared/ui/qr-panel.tsx'
import { useText } from '../../shared/ui/text.ts'
import type { Account, PageRecord } from '../state.ts'
import { Approvals } from '../view/approvals.tsx'
import { ask } from '../view/ask.ts'
import { mount } from '../view/mount.tsx'
import { keepPresent } from '../view/presence.ts'
import { useStored } from '../view/stored.ts'
import { isPrivate, useCurrentTab } from './current-tab.ts'
import { Devices } from './devices.tsx'
import { Head } from './head.tsx'
import { NotLinked } from './not-linked.tsx'
import { ScanWays } from './scan-ways.tsx'

function Popup() {
  const t = useText()
  const account = useStored('account')
  const ended = useStored('account_ended')
  const inbox = useStored('inbox')
  const pages = useStored('pages')
  const tab = useCurrentTab()
  const [looking, setLooking] = useState(false)
  if (account === undefined || ended === undefined || inbox === undefined || pages === undefined) return null
  const here = tab === null ? undefined : pages[tab.tab_id]
  const can_approve = account !== null && !isPrivate()
  if (can_approve && looking) {
    return (
      <>
        <Head account={account} />
        {inbox.liveness === 'offline' && <p class="x-offline">{t('qr_offline')}</p>}
        <Devices
          account={account}
          waiting={inbox.items.some(({ phase }) => phase.kind === 'asking')}
          onBack={() => setLooking(false)}
        />
      </>
    )
  }
  return (
    <>
      <Head account={account} onDevices={can_approve ? () => setLooking(true) : undefined} />
      {can_approve && inbox.liveness === 'offline' && <p class="x-offline">{t('qr_offline')}</p>}
      {tab !== null && here?.expelled && (
        <div class="x-here">
          <p class="x-here-why">{t('popup_expelled', { site: here.site_name })}</p>
          <QrPanel
            status={here.status}
            site={here.site_name}
            onAgain={() => void ask('renew_page', { tab_id: tab.tab_id })}
          />
        </div>
      )}
      {!can_approve && <NotLinked ended={ended} />}
      {can_approve && inbox.items.length > 0 && (
        <Approvals items={inbox.items} account={accountName(account)} tab_id={tab?.tab_id} />
      )}
      {can_approve && inbox.items.length === 0 && (
        <ScanWays tab={tab} site={here && isOurs(here, account) ? here.site_name : null} />
      )}
    </>
  )
}

/** A page that shows a code of the gateway which knows this account: here it can be answered without being read. */
const isOurs = (page: PageRecord, account: Account): boolean =>
  page.issuer === account.issuer && page.status.kind === 'scan'

keepPresent()
mount(<Popup />)
