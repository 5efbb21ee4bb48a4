/**
 * The open requests, one card each, and how the last ones ended. Everything shown is read from what the background
 * keeps, so closing this at any moment loses and decides nothing.
 */
import { useEffect, useRef, useState } from 'preact/hooks'
import { ApprovalCard, type ApprovalPhase } from '../../shared/ui/approval-card.tsx'
import { ClaimGone } from '../../shared/ui/claim-gone.tsx'
import { Notice } from '../../shared/ui/notice.tsx'
import { siteName } from '../../shared/ui/site-name.ts'
import { type Translate, useText } from '../../shared/ui/text.ts'
import { type Account, aged, type InboxItem, type Phase } from '../state.ts'
import { ask } from './ask.ts'
import { nameAt } from './name-at.ts'
import { problemText } from './problem-text.ts'

interface ApprovalsProps {
  items: readonly InboxItem[]
  accounts: readonly Account[]
  /** The tab that is behind this window. */
  tab_id?: number | undefined
  /** After the person has put away how a request ended. */
  onDone?(): void
}

export function Approvals({ items, accounts, tab_id, onDone }: ApprovalsProps) {
  const t = useText()
  const { place, news } = useNews(items)
  return (
    <div ref={place} class={items.length === 0 ? 'x-approvals x-approvals-none' : 'x-approvals'}>
      <p class="x-heard" role="status">
        {news}
      </p>
      {items.length > 1 && <p class="x-count">{t('popup_count', { count: items.length })}</p>}
      {items.map((item) => {
        const account = accounts.find(({ account_id }) => account_id === item.account_id)
        if (!account) return null
        const whose = nameAt(t, account)
        const behind = tab_id !== undefined && item.observed?.tab_id === tab_id
        return (
          <div key={`${item.account_id} ${item.claim.claim_id}`} class="x-approval">
            <Approval item={item} account={whose} behind={behind} onDone={onDone} />
            {!isAsked(item.phase) && <p class="x-whose">{t('account_for', { account: whose })}</p>}
          </div>
        )
      })}
    </div>
  )
}

/** What has come while the focus, and so the ear of who listens, is elsewhere; a card that takes the focus is told of by that. */
function useNews(items: readonly InboxItem[]) {
  const t = useText()
  const place = useRef<HTMLDivElement>(null)
  const [news, setNews] = useState('')
  const asked = items.filter(({ phase }) => phase.kind === 'asking')
  const last = asked.at(-1)
  useEffect(() => {
    const heard = !last || place.current?.contains(document.activeElement)
    setNews(heard ? '' : t('popup_arrived', { site: nameOf(last) }))
  }, [last?.claim.claim_id])
  return { place, news }
}

interface ApprovalProps {
  item: InboxItem
  account: string
  behind: boolean
  onDone: (() => void) | undefined
}

function Approval({ item, account, behind, onDone }: ApprovalProps) {
  const t = useText()
  const { account_id, phase } = item
  const ref = { account_id, claim_id: item.claim.claim_id }
  const dismiss = { label: t('close'), onAct: () => void ask('dismiss', ref).then(onDone) }
  const letGo = { label: t('popup_let_go'), onAct: () => void ask('release', ref) }
  if (phase.kind === 'gone') return <ClaimGone gone={phase} site={nameOf(item)} action={dismiss} />
  if (phase.kind === 'failed' && phase.problem.code === 'tab_moved') {
    return (
      <Notice tone="bad" title={t('popup_tab_moved')} action={letGo}>
        {t('popup_tab_moved_hint')}
      </Notice>
    )
  }
  return (
    <>
      <ApprovalCard
        claim={aged(item.claim, item.received_at)}
        account={account}
        phase={cardPhase(t, phase)}
        behind={behind}
        carried={item.carried === true}
        onApprove={(number) => {
          void ask('decide', { ...ref, decision: 'approve', ...(number !== undefined && { number }) })
        }}
        onDeny={(report) => void ask('decide', { ...ref, decision: 'deny', ...(report && { report }) })}
        onRelease={letGo.onAct}
        onElsewhere={() => void ask('open_card', ref)}
        onReport={() => void ask('report', ref)}
      />
      {phase.kind === 'done' && (
        <button type="button" class="nod-button x-close" onClick={dismiss.onAct}>
          {dismiss.label}
        </button>
      )}
    </>
  )
}

/** Whether the card shows its question, in which the account stands. */
const isAsked = (phase: Phase): boolean =>
  phase.kind === 'asking' || phase.kind === 'sending' || (phase.kind === 'failed' && phase.retry)

const cardPhase = (t: Translate, phase: Exclude<Phase, { kind: 'gone' }>): ApprovalPhase =>
  phase.kind === 'failed' ? { kind: 'failed', message: problemText(t, phase.problem), retry: phase.retry } : phase

const nameOf = ({ claim }: InboxItem): string => {
  const { origin, client } = claim.request
  return origin === null ? client.name : siteName(origin).text
}
