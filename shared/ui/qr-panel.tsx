/**
 * What a login page shows of one sign-in: the code, the number, how it ended. A view: it holds no secret and no control
 * that could approve anything, since the page around it can read and draw over it.
 */
import type { VNode } from 'preact'
import type { PanelStatus } from '../client/page-session.ts'
import { Countdown } from './countdown.tsx'
import { errorText } from './error-text.ts'
import { Icon, type IconName } from './icon.tsx'
import { type Translate, useText } from './text.ts'

export interface QrPanelProps {
  status: PanelStatus
  /** The site's name, as people know it. */
  site: string
  /** Draws the code of a link. */
  code(link: string): VNode
  onAgain(): void
  onFold?(): void
}

interface Words {
  title: string
  hint?: string | undefined
}

function wordsFor(t: Translate, status: PanelStatus, site: string): Words {
  switch (status.kind) {
    case 'starting':
      return { title: t('qr_starting') }
    case 'scan':
      return { title: t('qr_scan'), hint: t('qr_scan_hint') }
    case 'released':
      return { title: t('qr_released'), hint: t('qr_released_hint') }
    case 'claimed':
      return status.match_number === undefined
        ? { title: t('qr_claimed'), hint: t('qr_claimed_hint') }
        : { title: t('qr_claimed_number'), hint: t('qr_claimed_number_hint') }
    case 'approved':
      return { title: t('qr_approved'), hint: t('qr_approved_hint', { site }) }
    case 'denied':
      return { title: t('qr_denied'), hint: t('qr_denied_hint') }
    case 'expired':
      return { title: t('qr_expired'), hint: t('qr_expired_hint') }
    case 'canceled':
      return status.reason === 'code_passed_on'
        ? { title: t('qr_passed_on'), hint: t('qr_passed_on_hint') }
        : { title: t('qr_canceled'), hint: t('qr_canceled_hint') }
    case 'failed':
      return { title: t('qr_failed'), hint: errorText(t, status.code, status.description) }
  }
}

function Sign({ name, tone }: { name: IconName; tone: string }) {
  return (
    <span class={`nod-sign nod-sign-large nod-tone-${tone}`}>
      <Icon name={name} />
    </span>
  )
}

function Picture({ status, code }: Pick<QrPanelProps, 'status' | 'code'>) {
  switch (status.kind) {
    case 'starting':
      return <Sign name="wait" tone="info" />
    case 'scan':
      return code(status.link)
    case 'released':
      return <Sign name="device" tone="wait" />
    case 'claimed':
      return status.match_number === undefined ? (
        <Sign name="device" tone="info" />
      ) : (
        <span class="nod-number">{status.match_number}</span>
      )
    case 'approved':
      return <Sign name="good" tone="good" />
    case 'denied':
      return <Sign name="bad" tone="bad" />
    case 'expired':
      return <Sign name="wait" tone="wait" />
    case 'canceled':
      return status.reason === 'code_passed_on' ? <Sign name="warn" tone="bad" /> : <Sign name="bad" tone="wait" />
    case 'failed':
      return <Sign name="warn" tone="bad" />
  }
}

/** An address as one types it: without the scheme that browsers add by themselves. */
const typed = (uri: string) => uri.replace(/^https:\/\//, '')

function Below({ status, onAgain }: Pick<QrPanelProps, 'status' | 'onAgain'>) {
  const t = useText()
  switch (status.kind) {
    case 'scan':
      return <Letters {...status} />
    case 'released':
      return (
        <>
          <Again label={t('qr_new_code')} onAgain={onAgain} />
          <Letters {...status} />
        </>
      )
    case 'denied':
    case 'expired':
    case 'canceled':
      return <Again label={t('qr_new_code')} onAgain={onAgain} />
    case 'failed':
      return status.retry ? <Again label={t('try_again')} onAgain={onAgain} /> : null
    default:
      return null
  }
}

function Letters({ user_code, verification_uri }: { user_code: string; verification_uri: string }) {
  const t = useText()
  return (
    <div class="nod-panel-code">
      <span>{t('qr_code_instead', { address: typed(verification_uri) })}</span>
      <span class="nod-code">{user_code}</span>
    </div>
  )
}

function Again({ label, onAgain }: { label: string; onAgain(): void }) {
  return (
    <button type="button" class="nod-button nod-button-primary" onClick={onAgain}>
      {label}
    </button>
  )
}

/** What a person should hear before anything else: nothing comes of waiting, or somebody plays them a trick. */
const isUrgent = (status: PanelStatus): boolean =>
  status.kind === 'failed' || (status.kind === 'canceled' && status.reason === 'code_passed_on')

export function QrPanel({ status, site, code, onAgain, onFold }: QrPanelProps) {
  const t = useText()
  const { title, hint } = wordsFor(t, status, site)
  const waiting = status.kind === 'scan' || status.kind === 'claimed' || status.kind === 'released'
  return (
    <section class={`nod nod-panel nod-panel-${status.kind}`} aria-label={t('qr_title', { site })}>
      <header class="nod-panel-head">
        <h2 class="nod-panel-site">{t('qr_title', { site })}</h2>
        {onFold && (
          <button type="button" class="nod-fold" aria-label={t('qr_fold')} title={t('qr_fold')} onClick={onFold}>
            <Icon name="bad" />
          </button>
        )}
      </header>
      <div class="nod-panel-state" role="status" aria-live={isUrgent(status) ? 'assertive' : 'polite'}>
        <div class="nod-panel-picture">
          <Picture status={status} code={code} />
        </div>
        <p class="nod-panel-title">{title}</p>
        {hint && <p class="nod-panel-hint">{hint}</p>}
        {status.kind === 'failed' && status.hint && <p class="nod-panel-hint">{status.hint}</p>}
        {waiting && status.offline && <p class="nod-panel-offline">{t('qr_offline')}</p>}
      </div>
      <Below status={status} onAgain={onAgain} />
      {waiting && (
        <Countdown
          ends_at={status.kind === 'released' ? status.again_at : status.ends_at}
          label={t(status.kind === 'released' ? 'qr_next_code' : 'qr_time_left')}
        />
      )}
    </section>
  )
}
