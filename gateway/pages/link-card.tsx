/** What a person checks before an extension becomes a device of theirs. Refusing is as near as accepting. */

import { useMemo } from 'preact/hooks'
import type { LinkOffer, Me } from '../../shared/protocol/messages.ts'
import { browserText } from '../../shared/ui/browser-text.ts'
import { Countdown } from '../../shared/ui/countdown.tsx'
import { useText } from '../../shared/ui/text.ts'
import { Sheet } from './frame.tsx'

interface LinkCardProps {
  offer: LinkOffer
  me: Me
  busy: boolean
  onAnswer(answer: 'accept' | 'refuse'): void
}

export function LinkCard({ offer, me, busy, onAnswer }: LinkCardProps) {
  const t = useText()
  const ends_at = useMemo(() => Date.now() + (offer.expires_at - offer.now) * 1000, [offer])
  return (
    <Sheet title={t('page_link_ask')} lead={t('page_signed_in_as', { account: me.username })}>
      <div class="nod-field">
        <p class="nod-field-label">{t('page_link_phrase')}</p>
        <p class="nod-phrase" translate={false}>
          {offer.phrase}
        </p>
      </div>
      <dl class="nod-rows">
        <div class="nod-row">
          <dt>{t('page_link_name')}</dt>
          <dd>{offer.name}</dd>
        </div>
        <div class="nod-row">
          <dt>{t('page_link_where')}</dt>
          <dd>
            {browserText(t, offer.page)}
            <span class="nod-remark">{offer.page.ip}</span>
          </dd>
        </div>
      </dl>
      <div class="nod-answers">
        <button type="button" class="nod-button" disabled={busy} onClick={() => onAnswer('refuse')}>
          {t('page_link_refuse')}
        </button>
        <button type="button" class="nod-button nod-button-primary" disabled={busy} onClick={() => onAnswer('accept')}>
          {t('page_link_accept')}
        </button>
      </div>
      <footer class="nod-card-foot">
        <Countdown ends_at={ends_at} label={t('ask_time_left')} />
      </footer>
    </Sheet>
  )
}
