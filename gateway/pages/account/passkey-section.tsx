/** The passkeys of who is signed in: what they are called, another name, a new one, away with one. */
import type { TargetedSubmitEvent } from 'preact'
import { useText } from '../../../shared/ui/text.ts'
import { addPasskey, passkeyCreation, passkeys, removePasskey, renamePasskey } from '../api.ts'
import { browserName } from '../browser-name.ts'
import { Field } from '../field.tsx'
import { hasPasskeys, makePasskey } from '../passkey.ts'
import { useChange } from './change.ts'
import { useLiveList, whole } from './live.ts'
import { PasskeyRow } from './passkey-row.tsx'
import { LiveRows, type PartProps, Section } from './section.tsx'

export function PasskeySection({ person, version }: PartProps) {
  const t = useText()
  const list = useLiveList(version, () => whole(passkeys()))
  const { busy, problem, change } = useChange(person.signInAgain)

  async function add(name: string): Promise<string | undefined> {
    const made = await makePasskey(await passkeyCreation())
    if (made === 'given_up') return t('page_passkey_none_made')
    if (made === 'known') return t('page_passkey_known')
    await addPasskey(name, made)
  }

  function submit(event: TargetedSubmitEvent<HTMLFormElement>) {
    event.preventDefault()
    const name = `${new FormData(event.currentTarget).get('name')}`
    void change(() => add(name))
  }

  return (
    <Section id="passkeys" title={t('page_passkeys')} lead={t('account_passkeys_lead')} problem={problem}>
      <LiveRows list={list} empty={t('page_passkeys_none')}>
        {(passkey) => (
          <PasskeyRow
            key={passkey.passkey_id}
            passkey={passkey}
            busy={busy}
            onRename={(name) => void change(() => renamePasskey(passkey.passkey_id, name).then(() => undefined))}
            onRemove={() => void change(() => removePasskey(passkey.passkey_id).then(() => undefined))}
          />
        )}
      </LiveRows>
      {hasPasskeys() && (
        <form class="nod-inline-form" onSubmit={submit}>
          <Field label={t('page_passkey_name')} name="name" maxLength={100} defaultValue={browserName()} />
          <button type="submit" class="nod-button" aria-disabled={busy}>
            {t('page_passkey_add')}
          </button>
        </form>
      )}
    </Section>
  )
}
