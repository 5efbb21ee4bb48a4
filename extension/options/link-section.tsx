/** Whose approvals this browser may give: the link, how it is made, and how it ends. */
import { useState } from 'preact/hooks'
import { Countdown } from '../../shared/ui/countdown.tsx'
import { useText } from '../../shared/ui/text.ts'
import { browser } from '../browser.ts'
import type { Outcome, Problem } from '../messages.ts'
import type { Account, Linking } from '../state.ts'
import { ask } from '../view/ask.ts'
import { useStored } from '../view/stored.ts'
import { Fault, Section } from './section.tsx'

export function LinkSection({ account }: { account: Account | null }) {
  const t = useText()
  const linking = useStored('linking')
  const ended = useStored('account_ended')
  const [problem, setProblem] = useState<Problem | null>(null)
  const doing = (asked: Promise<Outcome>) => {
    setProblem(null)
    void asked.then((outcome) => setProblem(outcome.ok ? null : outcome.problem))
  }
  if (linking === undefined || ended === undefined) return null
  const past = linking?.problem ?? (linking && linking.state !== 'pending' ? { code: `link_${linking.state}` } : ended)
  return (
    <Section title={t('options_link')} lead={t(account ? 'options_link_lead_linked' : 'options_link_lead')}>
      {account && <Linked account={account} onUnlink={() => doing(ask('unlink', {}))} />}
      {!account && linking?.state === 'pending' && <Ceremony linking={linking} />}
      {!account && linking?.state !== 'pending' && (
        <button
          type="button"
          class="nod-button nod-button-primary x-start"
          onClick={() => doing(ask('start_link', {}))}
        >
          {t('popup_link')}
        </button>
      )}
      <Fault problem={problem ?? (account ? null : past)} />
    </Section>
  )
}

function Linked({ account, onUnlink }: { account: Account; onUnlink(): void }) {
  const t = useText()
  const [sure, setSure] = useState(false)
  return (
    <div class="x-line">
      <span class="x-value">
        {account.name}
        <small class="x-quiet">{account.username}</small>
      </span>
      {sure ? (
        <span class="x-buttons">
          <button type="button" class="nod-button" onClick={() => setSure(false)}>
            {t('options_unlink_keep')}
          </button>
          <button type="button" class="nod-button x-danger" onClick={onUnlink}>
            {t('options_unlink_sure')}
          </button>
        </span>
      ) : (
        <button type="button" class="nod-button" onClick={() => setSure(true)}>
          {t('options_unlink')}
        </button>
      )}
    </div>
  )
}

function Ceremony({ linking }: { linking: Linking }) {
  const t = useText()
  return (
    <div class="x-ceremony" role="status">
      <p>{t('options_link_compare')}</p>
      <p class="x-phrase" translate={false}>
        {linking.phrase}
      </p>
      <p class="x-quiet">{t('options_link_waiting')}</p>
      <div class="x-line">
        <Countdown ends_at={linking.ends_at} label={t('ask_time_left')} />
        <span class="x-buttons">
          <button type="button" class="nod-button" onClick={() => void ask('cancel_link', {})}>
            {t('options_link_cancel')}
          </button>
          <button type="button" class="nod-button" onClick={() => void browser.tabs.create({ url: linking.link_uri })}>
            {t('options_link_open')}
          </button>
        </span>
      </div>
    </div>
  )
}
