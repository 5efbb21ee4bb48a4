/**
 * What opens from the toolbar: the requests that wait, or the ways to scan one. Keeps nothing of its own: closing it
 * at any moment decides nothing, and opening it again shows the same.
 */
import { useState } from 'preact/hooks'
import { useReturn } from '../../shared/ui/focus.ts'
import { QrCode } from '../../shared/ui/qr-code.tsx'
import { QrPanel } from '../../shared/ui/qr-panel.tsx'
import { useText } from '../../shared/ui/text.ts'
import type { Account, PageRecord } from '../state.ts'
import { AccountChoice, chosenOf } from '../view/account-choice.tsx'
import { Approvals } from '../view/approvals.tsx'
import { ask } from '../view/ask.ts'
import { mount } from '../view/mount.tsx'
import { keepPresent } from '../view/presence.ts'
import { ProblemNotice } from '../view/problem-notice.tsx'
import { useStored } from '../view/stored.ts'
import { isPrivate, useCurrentTab } from './current-tab.ts'
import { Devices } from './devices.tsx'
import { FoldedAway } from './folded-away.tsx'
import { Head } from './head.tsx'
import { NotLinked } from './not-linked.tsx'
import { Offline } from './offline.tsx'
import { ScanWays } from './scan-ways.tsx'

function Popup() {
  const t = useText()
  const accounts = useStored('accounts')
  const ended = useStored('ended')
  const inbox = useStored('inbox')
  const pages = useStored('pages')
  const reading = useStored('reading')
  const tab = useCurrentTab()
  const [looking, setLooking] = useState(false)
  const devices = useReturn<HTMLButtonElement>(looking)
  const [choice, setChoice] = useState<string | null>(null)
  if (accounts === undefined || ended === undefined || inbox === undefined || pages === undefined) return null
  const here = tab === null ? undefined : pages[tab.tab_id]
  const chosen = isPrivate() ? undefined : chosenOf(accounts, choice)
  const choose = chosen && <AccountChoice accounts={accounts} chosen={chosen.account_id} onChoose={setChoice} />
  if (chosen && looking) {
    return (
      <>
        <Head />
        <Offline accounts={accounts} liveness={inbox.liveness} />
        {choose}
        <Devices
          account={chosen}
          waiting={inbox.items.some(({ phase }) => phase.kind === 'asking')}
          onBack={() => setLooking(false)}
        />
      </>
    )
  }
  return (
    <>
      <Head devices={devices} onDevices={chosen && (() => setLooking(true))} />
      <Offline accounts={chosen ? accounts : []} liveness={inbox.liveness} />
      {tab !== null && here?.expelled && (
        <div class="x-here">
          <p class="x-here-why">{t('popup_expelled', { site: here.site_name })}</p>
          <QrPanel
            status={here.status}
            code={(link) => <QrCode link={link} />}
            site={here.site_name}
            onAgain={() => void ask('renew_page', { tab_id: tab.tab_id })}
          />
        </div>
      )}
      {tab !== null && here && <FoldedAway tab={tab} page={here} />}
      {chosen && reading?.state === 'failed' && (
        <ProblemNotice problem={reading.problem} onClose={() => void ask('put_reading_away', {})} />
      )}
      <p class="x-reading" role="status">
        {chosen && reading?.state === 'reading' && t('popup_reading')}
      </p>
      {!chosen && <NotLinked ended={ended.length > 0} />}
      {chosen && <Approvals items={inbox.items} accounts={accounts} tab_id={tab?.tab_id} />}
      {chosen && inbox.items.length === 0 && (
        <ScanWays
          tab={tab}
          account_id={chosen.account_id}
          is_default={chosen === accounts[0]}
          site={here && isOurs(here, accounts) ? here.site_name : null}
        >
          {choose}
        </ScanWays>
      )}
    </>
  )
}

/** A page that shows a code of a gateway which knows an account of this browser: here it can be answered without being read. */
const isOurs = (page: PageRecord, accounts: readonly Account[]): boolean =>
  accounts.some(({ issuer }) => issuer === page.issuer) && page.status.kind === 'scan'

keepPresent()
mount(<Popup />)
