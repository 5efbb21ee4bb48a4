/**
 * The open requests, one card each, and how the last ones ended. Everything shown is read from what the background
 * keeps, so closing this at any moment loses and decides nothing.
 */
import { ApprovalCard, type ApprovalPhase } from '../../shared/ui/approval-card.tsx'
import { ClaimGone } from '../../shared/ui/claim-gone.tsx'
import { Notice } from '../../shared/ui/notice.tsx'
import { siteName } from '../../shared/ui/site-name.ts'
import { type Translate, useText } from '../../shared/ui/text.ts'
import { aged, type InboxItem, type Phase } from '../state.ts'
import { ask } from './ask.ts'
import { problemText } from './problem-text.ts'

interface ApprovalsProps {
  items: readonly InboxItem[]
  account: string
  /** The tab that is behind this window. */
  tab_id?: number | undefined
  /** After the person has put away how a request ended. */
  onDone?(): void
}

export function Approvals({ items, account, tab_id, onDone }: ApprovalsProps) {
  const t = useText()
  return (
    <div class="x-approvals">
      {items.length > 1 && <p class="x-count">{t('popup_count', { count: items.length })}</p>}
      {items.map((item) => (
        <Approval
          key={item.claim.claim_id}
          item={item}
          account={account}
          behind={tab_id !== undefined && item.observed?.tab_id === tab_id}
          onDone={onDone}
        />
      ))}
    </div>
  )
}

interface ApprovalProps {
  item: InboxItem
  account: string
  behind: boolean
  onDone: (() => void) | undefined
}

function Approval({ item, account, behind, onDone }: ApprovalProps) {
  const t = useText()
  const { claim_id } = item.claim
  const { phase } = item
  const dismiss = { label: t('close'), onAct: () => void ask('dismiss', { claim_id }).then(onDone) }
  const letGo = { label: t('popup_let_go'), onAct: () => void ask('release', { claim_id }) }
  if (phase.kind === 'gone') return <ClaimGone gone={phase} site={nameOf(item)} action={dismiss} />
  if (phase.kind === 'failed' && phase.problem.code === 'tab_moved') {
    return (
      <Notice tone="bad" title={t('popup_tab_moved')} action={letGo}>
        {t('popup_tab_moved_hint')}
      </Notice>
    )
  }
  return (
    <div class="x-approval">
      <ApprovalCard
        claim={aged(item.claim, item.received_at)}
        account={account}
        phase={cardPhase(t, phase)}
        behind={behind}
        carried={item.carried === true}
        onApprove={(number) => {
          void ask('decide', { claim_id, decision: 'approve', ...(number !== undefined && { number }) })
        }}
        onDeny={(report) => void ask('decide', { claim_id, decision: 'deny', ...(report && { report }) })}
        onRelease={letGo.onAct}
        onElsewhere={() => void ask('open_card', { claim_id })}
        onReport={() => void ask('report', { claim_id })}
      />
      {phase.kind === 'done' && (
        <button type="button" class="nod-button x-close" onClick={dismiss.onAct}>
          {dismiss.label}
        </button>
      )}
    </div>
  )
}

const cardPhase = (t: Translate, phase: Exclude<Phase, { kind: 'gone' }>): ApprovalPhase =>
  phase.kind === 'failed' ? { kind: 'failed', message: problemText(t, phase.problem), retry: phase.retry } : phase

const nameOf = ({ claim }: InboxItem): string => {
  const { origin, client } = claim.request
  return origin === null ? client.name : siteName(origin).text
}
