/** One passkey: its name, which can be changed in its place, and taking it away. */
import type { TargetedSubmitEvent } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Passkey } from '../../../shared/protocol/passkey.ts'
import { addedAndUsed } from '../../../shared/ui/moment.ts'
import { Row } from '../../../shared/ui/rows.tsx'
import { useText } from '../../../shared/ui/text.ts'
import { TwoStep } from '../../../shared/ui/two-step.tsx'
import { Field } from '../field.tsx'

interface PasskeyRowProps {
  passkey: Passkey
  busy: boolean
  onRename(name: string): void
  onRemove(): void
}

export function PasskeyRow({ passkey, busy, onRename, onRemove }: PasskeyRowProps) {
  const t = useText()
  const [naming, setNaming] = useState(false)
  const { name, synced } = passkey
  if (naming) {
    const take = (typed: string | null) => {
      setNaming(false)
      if (typed !== null && typed !== name) onRename(typed)
    }
    return <Naming name={name} onTake={take} />
  }
  return (
    <Row title={name} remarks={[addedAndUsed(t, passkey), synced ? t('passkey_synced') : '']}>
      <span class="nod-row-actions">
        <button
          type="button"
          class="nod-link"
          aria-label={t('two_step_named', { label: t('rename'), name })}
          aria-disabled={busy}
          onClick={() => !busy && setNaming(true)}
        >
          {t('rename')}
        </button>
        <TwoStep label={t('remove')} name={name} sure={t('remove_sure')} busy={busy} onSure={onRemove} />
      </span>
    </Row>
  )
}

/** Null: the name stays. Escape is that too. */
function Naming({ name, onTake }: { name: string; onTake(typed: string | null): void }) {
  const t = useText()
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current?.querySelector('input')?.select(), [])

  function submit(event: TargetedSubmitEvent<HTMLFormElement>) {
    event.preventDefault()
    const typed = `${new FormData(event.currentTarget).get('name')}`.trim()
    if (typed !== '') onTake(typed)
  }

  return (
    <li class="nod-list-item">
      <form
        ref={form}
        class="nod-inline-form"
        onSubmit={submit}
        onKeyDown={({ key }) => key === 'Escape' && onTake(null)}
      >
        <Field label={t('passkey_new_name')} name="name" maxLength={100} defaultValue={name} required />
        <button type="submit" class="nod-button">
          {t('save')}
        </button>
        <button type="button" class="nod-link" onClick={() => onTake(null)}>
          {t('two_step_keep')}
        </button>
      </form>
    </li>
  )
}
