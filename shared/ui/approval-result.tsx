/** How an approval ended, as one notice in the card's place. */
import { Notice } from './notice.tsx'
import { useText } from './text.ts'

export interface Done {
  kind: 'done'
  state: 'approved' | 'denied'
  reason?: 'number_mismatch' | 'elsewhere'
}

export function ApprovalResult({ done, site }: { done: Done; site: string }) {
  const t = useText()
  if (done.reason === 'number_mismatch') {
    return (
      <Notice tone="bad" title={t('ask_done_mismatch')}>
        {t('ask_done_mismatch_hint')}
      </Notice>
    )
  }
  const approved = done.state === 'approved'
  const title = approved
    ? t(done.reason === 'elsewhere' ? 'ask_done_elsewhere_approved' : 'ask_done_approved')
    : t(done.reason === 'elsewhere' ? 'ask_done_elsewhere_denied' : 'ask_done_denied')
  return (
    <Notice tone={approved ? 'good' : 'bad'} title={title}>
      {t(approved ? 'ask_done_approved_hint' : 'ask_done_denied_hint', { site })}
    </Notice>
  )
}
