/**
 * What a person decides on: who asks, from where, and the two answers equally near. Nothing here is the default:
 * no form, no initial focus, no meaning of Enter beyond the button that has the focus. Closing it decides nothing.
 */
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useMemo, useState } from 'preact/hooks'
import type { Claim } from '../protocol/messages.ts'
import { ApprovalDetails } from './approval-details.tsx'
import { ApprovalResult } from './approval-result.tsx'
import type { Done, Gone } from './claim-end.ts'
import { ClaimGone } from './claim-gone.tsx'
import { Countdown, useSecondsLeft } from './countdown.tsx'
import { useArrival } from './focus.ts'
import { Notice } from './notice.tsx'
import { NumberField } from './number-field.tsx'
import { PagePresence } from './page-presence.tsx'
import { type Subject, subjectOf } from './subject.ts'
import { useText } from './text.ts'
import { isUnusual, signsOf } from './unusual.ts'
import { UnusualNotice } from './unusual-notice.tsx'

export type ApprovalPhase =
  | { kind: 'asking' }
  | { kind: 'sending' }
  | Done
  | Gone
  | { kind: 'failed'; message: string; retry: boolean }

export interface ApprovalCardProps {
  claim: Claim
  /** The account that would be signed in, as its person knows it. */
  account: string
  phase: ApprovalPhase
  /** Whether the page that asks is behind the window in which this is shown. */
  behind?: boolean
  /** Whether the code came as a link or a picture. */
  carried?: boolean
  onApprove(number?: string): void
  onDeny(report: boolean): void
  onRelease?(): void
  /** Takes the person to the gateway's own page, where a passkey cannot be used here. */
  onElsewhere?(): void
  /** "This was not me", of an approval that another device of the account gave. */
  onReport?(): void
}

/** Milliseconds in which a second press on the same spot is not yet a press on what has just come there. */
const ARM_MS = 700

/** Long addresses get smaller letters, never an ellipsis: what is cut off could be what matters. */
const sizeOf = (title: string) => (title.length > 44 ? 'nod-title-long' : title.length > 22 ? 'nod-title-medium' : '')

/** Breaks between the labels of a host name, or before its port, sooner than inside one, and at no hyphen of its own. */
function Address({ text }: { text: string }) {
  return text.split(/(?<=\.|\/\/)|(?=:\d+$)/).map((label, index) => (
    <span key={index} class="nod-label">
      {label}
    </span>
  ))
}

function Heading({ id, claim, subject, account }: { id: string; claim: Claim; subject: Subject; account: string }) {
  const t = useText()
  return (
    <header class="nod-card-head">
      <p id={`${id}-kind`} class="nod-card-kind">
        {t(subject.is_site ? 'ask_title' : 'ask_app_title')}
      </p>
      <h2 id={id} class={`nod-card-title ${sizeOf(subject.title)}`} translate={false}>
        {subject.is_site ? <Address text={subject.title} /> : subject.title}
      </h2>
      {subject.is_site && <p class="nod-card-name">{claim.request.client.name}</p>}
      <p class="nod-card-account">{t('ask_as', { account })}</p>
    </header>
  )
}

export function ApprovalCard(props: ApprovalCardProps) {
  const { claim, phase } = props
  const t = useText()
  const [number, setNumber] = useState('')
  const subject = useMemo(() => subjectOf(claim.request), [claim])
  // As it was when the card came up: what a person is reading does not change under their eyes.
  const signs = useMemo(() => signsOf(claim.request, claim.now, props.carried), [claim.claim_id])
  const { sure, armed, makeSure } = useSureness(!isUnusual(signs))
  const ends_at = useMemo(() => Date.now() + (claim.expires_at - claim.now) * 1000, [claim.claim_id])
  const lapsed =
    useSecondsLeft(ends_at) === 0 && phase.kind !== 'sending' && phase.kind !== 'done' && phase.kind !== 'gone'
  const id = useId()
  const arrival = useArrival<HTMLElement>([claim.claim_id, sure])
  if (phase.kind === 'done') {
    return <Ended>{<ApprovalResult done={phase} site={subject.title} onReport={props.onReport} />}</Ended>
  }
  if (phase.kind === 'gone') return <Ended>{<ClaimGone gone={phase} site={subject.title} />}</Ended>
  if (phase.kind === 'failed' && !phase.retry) {
    return <Ended>{<Notice tone="bad" title={t('ask_failed')} children={phase.message} />}</Ended>
  }
  if (lapsed) return <Ended>{<Notice tone="wait" title={t('ask_lapsed')} children={t('ask_lapsed_hint')} />}</Ended>

  const sending = phase.kind === 'sending'
  const elsewhere = claim.confirm === 'passkey' ? props.onElsewhere : undefined
  const asks_sure = !sure && !elsewhere
  const needs_number = claim.confirm === 'number'
  const may_approve = !sending && armed && (!needs_number || number.length === 2)
  return (
    <article ref={arrival} class="nod nod-card" aria-labelledby={`${id}-kind ${id}`} aria-busy={sending} tabIndex={-1}>
      <Heading id={id} claim={claim} subject={subject} account={props.account} />
      {isUnusual(signs) && <UnusualNotice signs={signs} request={claim.request} />}
      <ApprovalDetails claim={claim} signs={signs} />
      {claim.confirm === 'passkey' && (
        <p class="nod-card-through">{t(elsewhere ? 'ask_passkey_elsewhere' : 'ask_passkey')}</p>
      )}
      {asks_sure && <p class="nod-card-sure">{t('ask_sure')}</p>}
      <div class="nod-card-decide">
        {needs_number && !asks_sure && (
          <NumberField value={number} disabled={sending} behind={props.behind === true} onChange={setNumber} />
        )}
        <div role="status">
          <PagePresence present={claim.page_present} />
          {sending && <p class="nod-card-status">{t('ask_sending')}</p>}
        </div>
        <div role="alert">
          {phase.kind === 'failed' && (
            <p class="nod-card-status nod-error">
              <strong>{t('ask_failed')}</strong>
              <br />
              {phase.message}
            </p>
          )}
        </div>
        <div class="nod-answers">
          <button type="button" class="nod-button" disabled={sending} onClick={() => props.onDeny(false)}>
            {t('ask_deny')}
          </button>
          {elsewhere ? (
            <button type="button" class="nod-button nod-button-primary" disabled={sending} onClick={elsewhere}>
              {t('ask_elsewhere')}
            </button>
          ) : asks_sure ? (
            <button type="button" class="nod-button" disabled={sending} onClick={makeSure}>
              {t('ask_sure_yes')}
            </button>
          ) : (
            <button
              type="button"
              class="nod-button nod-button-primary"
              disabled={!may_approve}
              onKeyDown={(event) => isUnusual(signs) && event.key === 'Enter' && event.preventDefault()}
              onClick={() => props.onApprove(needs_number ? number : undefined)}
            >
              {t('ask_approve')}
            </button>
          )}
        </div>
        <footer class="nod-card-foot">
          <button type="button" class="nod-link" disabled={sending} onClick={() => props.onDeny(true)}>
            {t('ask_report')}
          </button>
          {props.onRelease && (
            <button type="button" class="nod-link" disabled={sending} onClick={props.onRelease}>
              {t('ask_release')}
            </button>
          )}
          <Countdown ends_at={ends_at} label={t('ask_time_left')} />
        </footer>
      </div>
    </article>
  )
}

/** Whether the person has said that this is theirs; the button that comes of it is armed a moment later. */
function useSureness(from_the_start: boolean) {
  const [sure, setSure] = useState(from_the_start)
  const [armed, setArmed] = useState(from_the_start)
  useEffect(() => {
    if (!sure || armed) return
    const timer = setTimeout(() => setArmed(true), ARM_MS)
    return () => clearTimeout(timer)
  }, [sure])
  return { sure, armed, makeSure: () => setSure(true) }
}

/** Takes the focus if the button that had it is gone with the question: else a keyboard would start over. */
function Ended({ children }: { children: ComponentChildren }) {
  const arrival = useArrival<HTMLDivElement>([])
  return (
    <div ref={arrival} class="nod nod-card" role="status" tabIndex={-1}>
      {children}
    </div>
  )
}
