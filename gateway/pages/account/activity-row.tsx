/** One thing that happened: what, when and where, and what its person can do about it. */
import { browserText } from '../../../shared/ui/browser-text.ts'
import { Icon } from '../../../shared/ui/icon.tsx'
import { moment } from '../../../shared/ui/moment.ts'
import { placeText } from '../../../shared/ui/place-text.ts'
import { siteName } from '../../../shared/ui/site-name.ts'
import { type Translate, useText } from '../../../shared/ui/text.ts'
import { TwoStep } from '../../../shared/ui/two-step.tsx'
import { type Entry, WORDS } from './activity-words.ts'

interface ActivityRowProps {
  entry: Entry
  busy: boolean
  onSignOut(session_id: string): void
}

export function ActivityRow({ entry, busy, onSignOut }: ActivityRowProps) {
  const t = useText()
  const { text, icon, tone = 'info', hint, not_me } = WORDS[entry.type]
  const { session_id, signed_in, reported } = entry
  const values = valuesOf(t, entry)
  return (
    <li class={`nod-list-item nod-activity nod-tone-${tone}`}>
      <span class="nod-sign">
        <Icon name={icon} />
      </span>
      <div class="nod-list-text">
        <p class="nod-list-title">{t(text, values)}</p>
        <p class="nod-remark">{whereOf(t, entry)}</p>
        {reported && <p class="nod-remark">{t('did_reported')}</p>}
        {hint && <p class="nod-activity-hint">{t(hint, values)}</p>}
        {not_me && (
          <details class="nod-not-me">
            <summary>{t('ask_report')}</summary>
            <p>{t(not_me)}</p>
          </details>
        )}
      </div>
      {signed_in && session_id !== undefined && (
        <TwoStep
          label={t('ask_report')}
          name={values.site}
          sure={t('sign_out_sure')}
          busy={busy}
          onSure={() => onSignOut(session_id)}
        />
      )}
    </li>
  )
}

const valuesOf = (t: Translate, { site, device_name, observed_origin }: Entry) => ({
  site: site ?? t('site_unknown'),
  device: device_name ?? t('device_unknown'),
  observed: observed_origin === undefined ? t('site_unknown') : siteName(observed_origin).text,
})

function whereOf(t: Translate, entry: Entry): string {
  const { at, browser, os, device_name, session_id } = entry
  const from = browser === undefined && os === undefined ? '' : browserText(t, { browser: browser ?? '', os: os ?? '' })
  const by = device_name !== undefined && session_id !== undefined ? t('did_by', { device: device_name }) : ''
  return [moment(t, at), from, placeText(t, entry), by].filter(Boolean).join(' · ')
}
