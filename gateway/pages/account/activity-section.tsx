/** What happened on the account, newest first, in plain words; what looks wrong says so and says what to do. */
import { signOutBrowser } from '../../../shared/client/account.ts'
import { useText } from '../../../shared/ui/text.ts'
import { activity } from '../api.ts'
import { ActivityRow } from './activity-row.tsx'
import { keyed } from './activity-words.ts'
import { useChange } from './change.ts'
import { useLiveList } from './live.ts'
import { LiveRows, type PartProps, Section } from './section.tsx'

const PAGE = 15

export function ActivitySection({ issuer, person, version }: PartProps) {
  const t = useText()
  const { listed, ...list } = useLiveList(version, (before) => activity(PAGE, before))
  const { busy, problem, change } = useChange(person.onLost)
  /** Only offered as "this was not me". */
  const signOut = (session_id: string) =>
    change(async () => {
      await signOutBrowser({ issuer, device_token: null }, session_id, true)
      return undefined
    })
  const rows = listed.kind === 'there' ? { ...listed, items: keyed(listed.items) } : listed

  return (
    <Section id="activity" title={t('account_activity')} lead={t('account_activity_lead')} problem={problem}>
      <LiveRows list={{ ...list, listed: rows }} empty={t('account_activity_none')}>
        {({ key, ...entry }) => (
          <ActivityRow key={key} entry={entry} busy={busy} onSignOut={(session_id) => void signOut(session_id)} />
        )}
      </LiveRows>
    </Section>
  )
}
