/** What each kind of activity is called, how it looks, and what to do about one that looks wrong. Pure. */
import type { Activity, ActivityType } from '../../../shared/protocol/account.ts'
import type { IconName } from '../../../shared/ui/icon.tsx'
import type { Tone } from '../../../shared/ui/notice.tsx'
import type { Key } from '../../../shared/ui/text.ts'

export type Entry = Activity['activity'][number]

export interface Words {
  text: Key
  icon: IconName
  tone?: Tone
  /** Said at once, since something is or may be wrong. */
  hint?: Key
  /** What to do if it was somebody else; shown when asked for. */
  not_me?: Key
}

export const WORDS: Record<ActivityType, Words> = {
  account_created: { text: 'did_account_created', icon: 'info' },
  signed_in: { text: 'did_signed_in', icon: 'info', not_me: 'not_me_signed_in' },
  sign_in_failed: { text: 'did_sign_in_failed', icon: 'warn', tone: 'wait', hint: 'hint_sign_in_failed' },
  signed_out: { text: 'did_signed_out', icon: 'info' },
  signed_out_everywhere: { text: 'did_signed_out_everywhere', icon: 'info' },
  password_changed: { text: 'did_password_changed', icon: 'info', not_me: 'not_me_signed_in' },
  passkey_added: { text: 'did_passkey_added', icon: 'info', not_me: 'not_me_added' },
  passkey_renamed: { text: 'did_passkey_renamed', icon: 'info' },
  passkey_removed: { text: 'did_passkey_removed', icon: 'info', not_me: 'not_me_signed_in' },
  device_enrolled: { text: 'did_device_enrolled', icon: 'device', not_me: 'not_me_added' },
  device_revoked: { text: 'did_device_revoked', icon: 'device' },
  link_accepted: { text: 'did_link_accepted', icon: 'device', not_me: 'not_me_added' },
  link_refused: { text: 'did_link_refused', icon: 'device' },
  approved: { text: 'did_approved', icon: 'good' },
  denied: { text: 'did_denied', icon: 'bad', tone: 'wait' },
  number_mismatch: { text: 'did_number_mismatch', icon: 'warn', tone: 'bad', hint: 'hint_number_mismatch' },
  decision_refused: { text: 'did_decision_refused', icon: 'warn', tone: 'wait', hint: 'hint_decision_refused' },
  relayed_code_refused: { text: 'did_relayed_code', icon: 'warn', tone: 'bad', hint: 'hint_relayed_code' },
  code_passed_on: { text: 'did_code_passed_on', icon: 'warn', tone: 'bad', hint: 'hint_code_passed_on' },
  sign_in_revoked: { text: 'did_sign_in_revoked', icon: 'info' },
  site_told_of_logout: { text: 'did_site_told', icon: 'info' },
  site_not_told_of_logout: { text: 'did_site_not_told', icon: 'warn', tone: 'wait', hint: 'hint_site_not_told' },
  logged_out: { text: 'did_logged_out', icon: 'info' },
  code_reused: { text: 'did_code_reused', icon: 'warn', tone: 'bad', hint: 'hint_reused' },
  refresh_token_reused: { text: 'did_refresh_token_reused', icon: 'warn', tone: 'bad', hint: 'hint_reused' },
}

export interface KeyedEntry extends Entry {
  key: string
}

/** Entries have no number of their own; what is open in one stays with it when others come in above. */
export function keyed(entries: readonly Entry[]): KeyedEntry[] {
  const counts = new Map<string, number>()
  return entries.map((entry) => {
    const base = `${entry.at} ${entry.type} ${entry.session_id ?? ''} ${entry.device_id ?? ''}`
    const count = counts.get(base) ?? 0
    counts.set(base, count + 1)
    return { ...entry, key: `${base} ${count}` }
  })
}
