/**
 * What one account has: its devices, this one first, and the browsers it let in, of which two presses sign
 * one out. A request that comes meanwhile is told of and not put under the finger; the rest is on the account's page.
 */
import { useEffect, useRef, useState } from 'preact/hooks'
import { DeviceRow, SignInRow } from '../../shared/ui/rows.tsx'
import { useText } from '../../shared/ui/text.ts'
import { browser } from '../browser.ts'
import type { Account, Overview } from '../state.ts'
import { ask } from '../view/ask.ts'
import { useEscape } from '../view/escape.ts'
import { problemText } from '../view/problem-text.ts'
import { useStored } from '../view/stored.ts'

interface DevicesProps {
  account: Account
  /** Whether a request waits for an answer. */
  waiting: boolean
  onBack(): void
}

export function Devices({ account, waiting, onBack }: DevicesProps) {
  const t = useText()
  const { account_id } = account
  const kept = useStored('overview')
  const overview = kept?.account_id === account_id ? kept : null
  const title = useRef<HTMLHeadingElement>(null)
  const look = () => void ask('open_overview', { account_id })
  useEffect(look, [account_id])
  useEscape(onBack)
  useEffect(() => title.current?.focus(), [])
  const openAccount = async () => {
    await browser.tabs.create({ url: `${account.issuer}/account` })
    window.close()
  }

  return (
    <section class="x-devices">
      <header class="x-devices-head">
        <h2 ref={title} class="x-devices-title" tabIndex={-1}>
          {t('popup_devices')}
        </h2>
        <button type="button" class="nod-link" onClick={onBack}>
          {t('back')}
        </button>
      </header>
      <div role="status">
        {waiting && (
          <p class="x-devices-waiting">
            {t('popup_waiting')}
            <button type="button" class="nod-small-button" onClick={onBack}>
              {t('popup_waiting_show')}
            </button>
          </p>
        )}
      </div>
      {overview?.state === 'failed' && (
        <p class="x-devices-failed" role="alert">
          {overview.problem && problemText(t, overview.problem)}
          <button type="button" class="nod-small-button" onClick={look}>
            {t('try_again')}
          </button>
        </p>
      )}
      <p class="x-quiet x-devices-loading" role="status">
        {(!overview || overview.state === 'loading') && t('page_loading')}
      </p>
      {overview && (overview.state === 'there' || overview.devices.length > 0) && <Lists overview={overview} />}
      <button type="button" class="nod-button" onClick={() => void openAccount()}>
        {t('popup_devices_open')}
      </button>
      <p class="x-quiet">{t('popup_devices_lead')}</p>
    </section>
  )
}

function Lists({ overview: { account_id, devices, sign_ins } }: { overview: Overview }) {
  const t = useText()
  const [busy, setBusy] = useState('')
  const [problems, setProblems] = useState<Record<string, string>>({})
  const signOut = async (session_id: string) => {
    setBusy(session_id)
    const outcome = await ask('sign_out', { account_id, session_id })
    const problem = outcome.ok ? '' : problemText(t, outcome.problem)
    setProblems((others) => ({ ...others, [session_id]: problem }))
    setBusy('')
  }
  const this_first = devices.toSorted((a, b) => Number(b.this_device) - Number(a.this_device))
  return (
    <>
      <h3 class="x-devices-part">{t('account_sign_ins')}</h3>
      {sign_ins.length === 0 && <p class="x-quiet">{t('account_sign_ins_none')}</p>}
      <ul class="nod-list">
        {sign_ins.map((sign_in) => (
          <SignInRow
            key={sign_in.session_id}
            sign_in={sign_in}
            busy={busy === sign_in.session_id}
            problem={problems[sign_in.session_id] || undefined}
            onSignOut={() => void signOut(sign_in.session_id)}
          />
        ))}
      </ul>
      <h3 class="x-devices-part">{t('account_devices')}</h3>
      <ul class="nod-list">
        {this_first.map((device) => (
          <DeviceRow key={device.device_id} device={device} />
        ))}
      </ul>
    </>
  )
}
