/** Takes one request and sees it through: the card, the answer, how it ended, here or on another device. */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { type Approver, claim, decide, openClaim, release, report } from '../../shared/client/approver.ts'
import { watchClaims } from '../../shared/client/watch-approver.ts'
import type { Claim, ClaimRequest, ClaimsView, EndedClaim } from '../../shared/protocol/messages.ts'
import { ApprovalCard, type ApprovalPhase } from '../../shared/ui/approval-card.tsx'
import { claimEnd } from '../../shared/ui/claim-end.ts'
import { Notice } from '../../shared/ui/notice.tsx'
import { type Translate, useText } from '../../shared/ui/text.ts'
import { confirmWithPasskey } from './confirm.ts'
import { Sheet, Waiting } from './frame.tsx'
import { hasCode, messageOf } from './message.ts'
import type { Ready } from './with-approver.tsx'

interface ApprovalProps extends Ready {
  /** A code, or a claim that the account has already. */
  request: ClaimRequest | { claim_id: string }
  /** What to do instead, where the request cannot be had. */
  otherwise: ComponentChildren
}

type State =
  | { kind: 'claiming' }
  | { kind: 'open'; claim: Claim; phase: ApprovalPhase }
  | { kind: 'not_open' }
  | { kind: 'released' }
  | { kind: 'refused'; error: unknown }

export function Approval({ approver, account, onLost, request, otherwise }: ApprovalProps) {
  const t = useText()
  const [state, setState] = useState<State>({ kind: 'claiming' })

  async function take() {
    setState({ kind: 'claiming' })
    try {
      const taken = 'claim_id' in request ? await openClaim(approver, request.claim_id) : await claim(approver, request)
      setState(taken ? { kind: 'open', claim: taken, phase: { kind: 'asking' } } : { kind: 'not_open' })
    } catch (error) {
      if (hasCode(error, 'sign_in_required', 'device_required')) onLost()
      else setState({ kind: 'refused', error })
    }
  }

  async function answer(open: Claim, given: Parameters<typeof decide>[2]) {
    setState({ kind: 'open', claim: open, phase: { kind: 'sending' } })
    try {
      const passkey = given.decision === 'approve' ? await confirmWithPasskey(open) : null
      if (passkey === 'given_up') {
        return setState(failedOn(open, t('page_passkey_none_used')))
      }
      const { state: end } = await decide(approver, open, passkey ? { ...given, passkey } : given)
      setState({ kind: 'open', claim: open, phase: { kind: 'done', state: end === 'denied' ? 'denied' : 'approved' } })
    } catch (error) {
      setState(stateAfter(t, open, error))
    }
  }

  async function letGo(open: Claim) {
    try {
      await release(approver, open.claim_id)
      setState({ kind: 'released' })
    } catch (error) {
      setState(stateAfter(t, open, error))
    }
  }

  async function takeBack(open: Claim) {
    setState({ kind: 'open', claim: open, phase: { kind: 'sending' } })
    try {
      await report(approver, open.session_id)
      setState({ kind: 'open', claim: open, phase: { kind: 'done', state: 'denied', reason: 'reported' } })
    } catch (error) {
      setState({ kind: 'open', claim: open, phase: { kind: 'failed', message: messageOf(t, error), retry: false } })
    }
  }

  useEffect(() => void take(), [request])
  const open_claim = state.kind === 'open' && state.phase.kind === 'asking' ? state.claim : null
  useOpenClaim(approver, open_claim, {
    onStill: ({ page_present }) =>
      setState((now) => (now.kind === 'open' ? { ...now, claim: { ...now.claim, page_present } } : now)),
    onGone: (gone, ended) => setState({ kind: 'open', claim: gone, phase: claimEnd(gone, ended, approver.device_id) }),
  })

  switch (state.kind) {
    case 'claiming':
      return <Waiting text={t('page_approve_working')} />
    case 'open':
      return (
        <ApprovalCard
          claim={state.claim}
          account={account}
          phase={state.phase}
          onApprove={(number) =>
            answer(state.claim, { decision: 'approve', ...(number === undefined ? {} : { number }) })
          }
          onDeny={(report) => answer(state.claim, { decision: 'deny', report })}
          onRelease={() => letGo(state.claim)}
          onReport={() => takeBack(state.claim)}
        />
      )
    case 'not_open':
      return (
        <Sheet>
          <Notice tone="wait" title={t('error_claim_not_found')}>
            {t('page_approve_gone_hint')}
          </Notice>
        </Sheet>
      )
    case 'released':
      return (
        <Sheet>
          <Notice tone="info" title={t('page_approve_released')}>
            {t('page_approve_released_hint')}
          </Notice>
        </Sheet>
      )
    case 'refused':
      return (
        <Sheet>
          <Refused error={state.error} onAgain={take} />
          {otherwise}
        </Sheet>
      )
  }
}

function Refused({ error, onAgain }: { error: unknown; onAgain(): void }) {
  const t = useText()
  if (hasCode(error, 'ticket_expired')) {
    return (
      <Notice tone="wait" title={t('page_approve_rescan')}>
        {messageOf(t, error)}
      </Notice>
    )
  }
  const passing = hasCode(error, 'unreachable', 'temporarily_unavailable', 'server_error', 'too_many_requests')
  const action = passing ? { action: { label: t('try_again'), onAct: onAgain } } : {}
  return (
    <Notice tone="bad" title={t('page_approve_failed')} {...action}>
      {messageOf(t, error)}
    </Notice>
  )
}

interface OpenClaimHandlers {
  /** It is open still, and this is what is known of it now. */
  onStill(claim: Claim): void
  /** It is no longer among the account's: answered elsewhere, or nobody waits for it. */
  onGone(gone: Claim, ended: readonly EndedClaim[]): void
}

/** Follows an open claim for as long as there is one. */
function useOpenClaim(approver: Approver, open: Claim | null, handlers: OpenClaimHandlers): void {
  const latest = useRef(handlers)
  latest.current = handlers
  const claim_id = open?.claim_id
  useEffect(() => {
    if (open === null) return
    const stop = new AbortController()
    const gone = (ended: readonly EndedClaim[]) => {
      if (!stop.signal.aborted) latest.current.onGone(open, ended)
    }
    const onView = ({ claims, ended }: ClaimsView) => {
      const still = claims.find((one) => one.claim_id === claim_id)
      if (still) latest.current.onStill(still)
      else gone(ended)
    }
    watchClaims(approver.issuer, approver.device_token, { onView, onRefused: () => gone([]) }, stop.signal)
    return () => stop.abort()
  }, [approver, claim_id])
}

const failedOn = (open: Claim, message: string): State => ({
  kind: 'open',
  claim: open,
  phase: { kind: 'failed', message, retry: true },
})

const stateAfter = (t: Translate, open: Claim, error: unknown): State => ({
  kind: 'open',
  claim: open,
  phase: phaseAfter(t, error),
})

function phaseAfter(t: Translate, error: unknown): ApprovalPhase {
  if (hasCode(error, 'session_over', 'claim_not_found', 'session_not_found')) return { kind: 'gone', why: 'unknown' }
  if (hasCode(error, 'number_mismatch')) return { kind: 'done', state: 'denied', reason: 'number_mismatch' }
  if (hasCode(error, 'already_decided')) {
    const { state, device_name } = (error.body ?? {}) as { state?: unknown; device_name?: unknown }
    const device = typeof device_name === 'string' ? { device: device_name } : {}
    return { kind: 'done', state: state === 'denied' ? 'denied' : 'approved', reason: 'elsewhere', ...device }
  }
  const again = hasCode(
    error,
    'unreachable',
    'temporarily_unavailable',
    'server_error',
    'too_many_requests',
    'number_required',
    'passkey_required',
    'passkey_failed',
  )
  return { kind: 'failed', message: messageOf(t, error), retry: again }
}
