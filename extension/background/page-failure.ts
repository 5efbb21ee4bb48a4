/** A sign-in that could not be started, in words for the person on the page and a hint for the site's developer. */
import type { PanelStatus } from '../../shared/client/page-session.ts'
import { errorText } from '../../shared/ui/error-text.ts'
import { createTranslate, type Key } from '../../shared/ui/text.ts'
import { browser } from '../browser.ts'
import { toProblem } from '../problem.ts'

const t = createTranslate((key) => browser.i18n.getMessage(key))

/** Faults of the site's or the gateway's configuration: the same again would fail the same way. */
const SET_UP_WRONG: Record<string, { text: Key; hint: Key }> = {
  start_unsafe: { text: 'widget_start_failed', hint: 'widget_hint_start_unsafe' },
  start_unreachable: { text: 'widget_start_unreachable', hint: 'widget_hint_start_unreachable' },
  start_elsewhere: { text: 'widget_start_failed', hint: 'widget_hint_start_elsewhere' },
  start_not_a_session: { text: 'widget_start_failed', hint: 'widget_hint_start_not_a_session' },
  start_other_client: { text: 'widget_start_failed', hint: 'widget_hint_start_other_client' },
}

/** Passing troubles, and what the person alone can do something about: there is nothing for a developer to mend. */
const PERSONS = new Set([
  'unreachable',
  'too_many_requests',
  'temporarily_unavailable',
  'server_error',
  'network_not_allowed',
  'extension_required',
])

export function failedStatus(error: unknown): PanelStatus {
  const { code, description = '', values } = toProblem(error)
  const known = SET_UP_WRONG[code]
  if (known) return { kind: 'failed', code, description: t(known.text), hint: t(known.hint, values), retry: true }
  if (PERSONS.has(code)) return { kind: 'failed', code, description: errorText(t, code, description), retry: true }
  const hint = t('widget_hint_gateway', { description: description || code })
  return { kind: 'failed', code, description: t('widget_start_failed'), hint, retry: true }
}
