/** The rows that the account's page and the popup have in common: a browser that was let in at a site, a device. */
import type { ComponentChildren } from 'preact'
import type { SignIn } from '../protocol/account.ts'
import type { Device } from '../protocol/messages.ts'
import { browserText } from './browser-text.ts'
import { addedAndUsed, moment } from './moment.ts'
import { placeText } from './place-text.ts'
import { siteName } from './site-name.ts'
import { type Key, type Translate, useText } from './text.ts'
import { TwoStep } from './two-step.tsx'

interface RowProps {
  title: string
  /** Beside the title. */
  mark?: string
  remarks: readonly string[]
  /** Said aloud when it changes. */
  outcome?: string
  over?: boolean
  children?: ComponentChildren
}

export function Row({ title, mark, remarks, outcome, over = false, children }: RowProps) {
  return (
    <li class={over ? 'nod-list-item nod-list-item-over' : 'nod-list-item'}>
      <div class="nod-list-text">
        <p class="nod-list-title">
          {title}
          {mark && <span class="nod-badge">{mark}</span>}
        </p>
        {remarks.filter(Boolean).map((remark) => (
          <p key={remark} class="nod-remark">
            {remark}
          </p>
        ))}
        <p class="nod-outcome" role="status">
          {outcome}
        </p>
      </div>
      {children}
    </li>
  )
}

const NOTICES: Record<NonNullable<SignIn['notice']>, Key> = {
  told: 'signed_out_told',
  under_way: 'signed_out_under_way',
  not_told: 'signed_out_not_told',
  cannot_be_told: 'signed_out_cannot_be_told',
}

/** How the end of it went; undefined while it lasts. */
function outcomeOf(t: Translate, { ended_at, notice }: SignIn): string | undefined {
  if (ended_at === undefined) return undefined
  return t(notice === undefined ? 'signed_out' : NOTICES[notice])
}

/** What a site is called where its registration may be gone. */
const nameOf = (t: Translate, { site, origin }: SignIn): string =>
  site ?? (origin === undefined ? t('site_unknown') : siteName(origin).text)

interface SignInRowProps {
  sign_in: SignIn
  busy: boolean
  problem?: string | undefined
  onSignOut(): void
}

export function SignInRow({ sign_in, busy, problem, onSignOut }: SignInRowProps) {
  const t = useText()
  const { origin, signed_in_at, device_name, ended_at } = sign_in
  const name = nameOf(t, sign_in)
  const by = device_name === undefined ? '' : t('signed_in_by', { device: device_name })
  const where = [origin === undefined ? '' : siteName(origin).text, browserText(t, sign_in)]
  return (
    <Row
      title={name}
      remarks={[
        where.filter(Boolean).join(' · '),
        [moment(t, signed_in_at), placeText(t, sign_in)].filter(Boolean).join(' · '),
        by,
      ]}
      outcome={problem ?? outcomeOf(t, sign_in) ?? ''}
      over={ended_at !== undefined}
    >
      {ended_at === undefined && (
        <TwoStep label={t('sign_out')} name={name} sure={t('sign_out_sure')} busy={busy} onSure={onSignOut} />
      )}
    </Row>
  )
}

const KINDS: Record<Device['kind'], Key> = { extension: 'device_extension', pages: 'device_pages' }

/** `children`: what can be done with it. */
export function DeviceRow({ device, children }: { device: Device; children?: ComponentChildren }) {
  const t = useText()
  const { name, kind, this_device } = device
  return (
    <Row
      title={name}
      {...(this_device && { mark: t('device_this') })}
      remarks={[t(KINDS[kind]), addedAndUsed(t, device)]}
    >
      {children}
    </Row>
  )
}
