/** How an approval ended, as one notice in the card's place; one that another device gave can be taken back. */
import type { Done } from './claim-end.ts'
import { Notice } from './notice.tsx'
import { type Translate, useText } from './text.ts'

interface ApprovalResultProps {
  done: Done
  site: string
  /** "This was not me", of an approval that was given on another device. */
  onReport?: (() => void) | undefined
}

function titleOf(t: Translate, { state, reason, device }: Done): string {
  const approved = state === 'approved'
  if (reason !== 'elsewhere') return t(approved ? 'ask_done_approved' : 'ask_done_denied')
  if (device !== undefined) return t(approved ? 'ask_done_approved_on' : 'ask_done_denied_on', { device })
  return t(approved ? 'ask_done_elsewhere_approved' : 'ask_done_elsewhere_denied')
}

export function ApprovalResult({ done, site, onReport }: ApprovalResultProps) {
  const t = useText()
  if (done.reason === 'number_mismatch') {
    return (
      <Notice tone="bad" title={t('ask_done_mismatch')}>
        {t('ask_done_mismatch_hint')}
      </Notice>
    )
  }
  if (done.reason === 'reported') {
    return (
      <Notice tone="bad" title={t('ask_done_reported')}>
        {t('ask_done_reported_hint', { site })}
      </Notice>
    )
  }
  const approved = done.state === 'approved'
  const takeBack = approved && done.reason === 'elsewhere' && onReport
  return (
    <Notice
      tone={approved ? 'good' : 'bad'}
      title={titleOf(t, done)}
      {...(takeBack && { action: { label: t('ask_report'), onAct: takeBack } })}
    >
      {t(takeBack ? 'ask_done_elsewhere_hint' : approved ? 'ask_done_approved_hint' : 'ask_done_denied_hint', { site })}
    </Notice>
  )
}
