/** Where a person types the code from the other screen. Checks its form only; whether it is known, the gateway says. */
import type { TargetedSubmitEvent } from 'preact'
import { useId, useState } from 'preact/hooks'
import { formatUserCode, normalizeUserCode } from '../protocol/ticket.ts'
import { useText } from './text.ts'

export interface CodeEntryProps {
  busy: boolean
  /** Why the last code was not taken. */
  error?: string | undefined
  /** Fills the field at first; the person still presses the button. */
  value?: string
  /** Eight letters without dash. */
  onSubmit(user_code: string): void
}

/** Upper case, and the dash once it is clear where it goes; leaves alone what is being deleted. */
function tidy(typed: string, before: string): string {
  const letters = typed
    .toUpperCase()
    .replace(/[^A-Z]/g, '')
    .slice(0, 8)
  const deleting = typed.length < before.length
  return letters.length > 4 || (letters.length === 4 && !deleting) ? formatUserCode(letters) : letters
}

export function CodeEntry({ busy, error, value = '', onSubmit }: CodeEntryProps) {
  const t = useText()
  const id = useId()
  const [typed, setTyped] = useState(() => tidy(value, ''))
  const [malformed, setMalformed] = useState(false)
  const problem = malformed ? t('code_invalid') : error
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const user_code = normalizeUserCode(typed)
    setMalformed(user_code === null)
    if (user_code !== null && !busy) onSubmit(user_code)
  }
  return (
    <form class="nod nod-code-entry" onSubmit={submit}>
      <div class="nod-field">
        <label for={id}>{t('code_label')}</label>
        <input
          id={id}
          class="nod-input nod-input-code"
          type="text"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          maxLength={16}
          value={typed}
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-hint`}
          onInput={(event) => {
            const field = event.currentTarget
            // Setting the value moves the caret to its end, so it is only done where the caret is there already.
            const tidied = field.selectionStart === field.value.length ? tidy(field.value, typed) : field.value
            field.value = tidied
            setTyped(tidied)
            setMalformed(false)
          }}
        />
        <p
          id={`${id}-hint`}
          class={problem === undefined ? 'nod-field-hint' : 'nod-field-hint nod-error'}
          role="status"
        >
          {problem ?? t('code_hint')}
        </p>
      </div>
      <button type="submit" class="nod-button nod-button-primary" aria-disabled={busy}>
        {t('code_submit')}
      </button>
    </form>
  )
}
