/**
 * What a person decides on: who asks, from where, and the two answers equally near. Nothing here is the default:
 * no form, no initial focus, no meaning of Enter beyond the button that has the focus. Closing it decides nothing.
 */
import type { ComponentChildren } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Claim } from '../protocol/messages.ts'
import { ApprovalDetails } from './approval-details.tsx'
import { ApprovalResult, type Done } from './approval-result.tsx'
import { Countdown, useSecondsLeft } from './countdown.tsx'
import { Icon } from './icon.tsx'
import { Notice } from './notice.tsx'
import { NumberField } from './number-field.tsx'
import { type Subject, subjectOf } from './subject.ts'
import { type Translate, useText } from './text.ts'

export type ApprovalPhase =
  | { kind: 'asking' }
  | { kind: 'sending' }
  | Done
  | { kind: 'failed'; message: string; retry: boolean }

export interface ApprovalCardProps {
  claim: Claim
  /** The account that would be signed in, as its person knows it. */
  account: string
  phase: ApprovalPhase
  onApprove(number?: string): void
  onDeny(report: boolean): void
  onRelease?(): void
}

/** What is unusual about a request, most telling first. */
function warnings(t: Translate, claim: Claim, subject: Subject): string[] {
  return [
    ...(subject.is_site ? [] : [t('ask_warn_device')]),
    ...(subject.foreign_letters ? [t('ask_warn_letters')] : []),
    ...(subject.insecure ? [t('ask_warn_insecure')] : []),
    ...(claim.request.same_network ? [] : [t('ask_warn_network', { site: subject.title })]),
  ]
}

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

function Heading({ claim, subject, account }: { claim: Claim; subject: Subject; account: string }) {
  const t = useText()
  return (
    <header class="nod-card-head">
      <p class="nod-card-kind">{t(subject.is_site ? 'ask_title' : 'ask_app_title')}</p>
      <h2 class={`nod-card-title ${sizeOf(subject.title)}`} translate={false}>
        {subject.is_site ? <Address text={subject.title} /> : subject.title}
      </h2>
      {subject.is_site && <p class="nod-card-name">{claim.request.client.name}</p>}
      {subject.through && <p class="nod-card-through">{t('ask_through', { host: subject.through })}</p>}
      <p class="nod-card-account">{t('ask_as', { account })}</p>
    </header>
  )
}

export function ApprovalCard(props: ApprovalCardProps) {
  const { claim, phase } = props
  const t = useText()
  const [number, setNumber] = useState('')
  const subject = useMemo(() => subjectOf(claim.request), [claim])
  const ends_at = useMemo(() => Date.now() + (claim.expires_at - claim.now) * 1000, [claim.claim_id])
  const lapsed = useSecondsLeft(ends_at) === 0 && phase.kind !== 'sending' && phase.kind !== 'done'
  if (phase.kind === 'done') return <Ended>{<ApprovalResult done={phase} site={subject.title} />}</Ended>
  if (phase.kind === 'failed' && !phase.retry) {
    return <Ended>{<Notice tone="bad" title={t('ask_failed')} children={phase.message} />}</Ended>
  }
  if (lapsed) return <Ended>{<Notice tone="wait" title={t('ask_lapsed')} children={t('ask_lapsed_hint')} />}</Ended>

  const sending = phase.kind === 'sending'
  const needs_number = claim.confirm === 'number'
  const may_approve = !sending && (!needs_number || number.length === 2)
  return (
    <article class="nod nod-card" aria-busy={sending}>
      <Heading claim={claim} subject={subject} account={props.account} />
      {warnings(t, claim, subject).map((text) => (
        <p key={text} class="nod-warning">
          <Icon name="warn" />
          <span>{text}</span>
        </p>
      ))}
      <ApprovalDetails claim={claim} />
      {claim.confirm === 'passkey' && <p class="nod-card-through">{t('ask_passkey')}</p>}
      {needs_number && <NumberField value={number} disabled={sending} onChange={setNumber} />}
      <div class="nod-card-decide">
        <div role="status">
          {sending && <p class="nod-card-status">{t('ask_sending')}</p>}
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
          <button
            type="button"
            class="nod-button nod-button-primary"
            disabled={!may_approve}
            onClick={() => props.onApprove(needs_number ? number : undefined)}
          >
            {t('ask_approve')}
          </button>
        </div>
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
    </article>
  )
}

/** Takes the focus if the button that had it is gone with the question: else a keyboard would start over. */
function Ended({ children }: { children: ComponentChildren }) {
  const element = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (document.activeElement === document.body) element.current?.focus({ preventScroll: true })
  }, [])
  return (
    <div ref={element} class="nod nod-card" role="status" tabIndex={-1}>
      {children}
    </div>
  )
}
