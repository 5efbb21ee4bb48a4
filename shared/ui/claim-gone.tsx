/** A request that nobody answered: what became of it, as one notice in the card's place. */
import type { Gone } from './claim-end.ts'
import { Notice, type NoticeProps } from './notice.tsx'
import { type Translate, useText } from './text.ts'

type Words = Pick<NoticeProps, 'tone' | 'title'> & { hint: string }

function wordsFor(t: Translate, { why, device }: Gone, site: string): Words {
  switch (why) {
    case 'lapsed':
      return { tone: 'wait', title: t('ask_lapsed'), hint: t('ask_lapsed_hint') }
    case 'released': {
      const title = device === undefined ? t('ask_gone_released') : t('ask_gone_released_on', { device })
      return { tone: 'info', title, hint: t('ask_gone_released_hint') }
    }
    case 'canceled':
      return { tone: 'info', title: t('ask_gone'), hint: t('ask_gone_canceled_hint', { site }) }
    case 'code_passed_on':
      return { tone: 'bad', title: t('ask_gone_passed_on'), hint: t('ask_gone_passed_on_hint') }
    case 'unknown':
      return { tone: 'info', title: t('ask_gone'), hint: t('ask_gone_hint', { site }) }
  }
}

interface ClaimGoneProps {
  gone: Gone
  site: string
  action?: NoticeProps['action']
}

export function ClaimGone({ gone, site, action }: ClaimGoneProps) {
  const { hint, ...words } = wordsFor(useText(), gone, site)
  return (
    <Notice {...words} {...(action && { action })}>
      {hint}
    </Notice>
  )
}
