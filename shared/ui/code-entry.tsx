/** Where a person types the code from the other screen. Checks its form only; whether it is known, the gateway says. */
import type { TargetedSubmitEvent } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { formatUserCode, normalizeUserCode } from '../protocol/ticket.ts'
import { useText } from './text.ts'

export interface CodeEntryProps {
  busy: boolean
  /** Why the last code was not taken. */
  error?: string | undefined
  /** Fills the field at first; the person still presses the button. */
  value?: string
  /** Where links are taken as well: which texts are meant as one. */
  isLink?(text: string): boolean
  /** Whether this is what the person has just asked for, and types next. */
  at_hand?: boolean
  /** Eight letters without dash, or a link as it was entered. */
  onSubmit(entered: string): void
}

/** Room for a link that somebody pastes with more around it than it needs. */
const LONGEST_LINK = 1000

/** Upper case, and the dash once it is clear where it goes; leaves alone what is being deleted. */
function tidy(typed: string, before: string): string {
  const letters = typed
    .toUpperCase()
    .replace(/[^A-Z]/g, '')
    .slice(0, 8)
  const deleting = typed.length < before.length
  return letters.length > 4 || (letters.length === 4 && !deleting) ? formatUserCode(letters) : letters
}

export function CodeEntry(props: CodeEntryProps) {
  const { busy, error, value = '', isLink, onSubmit } = props
  const t = useText()
  const id = useId()
  const [typed, setTyped] = useState(() => tidy(value, ''))
  const [malformed, setMalformed] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (props.at_hand) field.current?.focus()
  }, [])
  const link = isLink?.(typed) === true
  const problem = malformed ? t('code_invalid') : error
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const code = link ? typed.trim() : normalizeUserCode(typed)
    setMalformed(code === null)
    if (code === null) field.current?.focus()
    if (code !== null && !busy) onSubmit(code)
  }
  return (
    <form class="nod nod-code-entry" onSubmit={submit}>
      <div class="nod-field">
        <label for={id}>{t('code_label')}</label>
        <input
          ref={field}
          id={id}
          class={link ? 'nod-input' : 'nod-input nod-input-code'}
          type="text"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          maxLength={isLink ? LONGEST_LINK : 16}
          value={typed}
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-${problem === undefined ? 'hint' : 'problem'}`}
          onInput={(event) => {
            const field = event.currentTarget
            // Setting the value moves the caret to its end, so it is only done where the caret is there already. What may
            // yet become a link is left as it is typed: its first letters could be a code's.
            const at_end = field.selectionStart === field.value.length
            const tidied = at_end && !isLink ? tidy(field.value, typed) : field.value
            field.value = tidied
            setTyped(tidied)
            setMalformed(false)
          }}
        />
        {problem === undefined && (
          <p id={`${id}-hint`} class="nod-field-hint">
            {t(isLink ? 'code_or_link_hint' : 'code_hint')}
          </p>
        )}
        <p id={`${id}-problem`} class="nod-field-hint nod-error" role="alert">
          {problem}
        </p>
      </div>
      <button type="submit" class="nod-button nod-button-primary" aria-disabled={busy}>
        {t('code_submit')}
      </button>
    </form>
  )
}
