/** The match number, typed. Typing never sends anything, nor does Enter: only the person's press on a button does. */
import { useId } from 'preact/hooks'
import { useText } from './text.ts'

interface NumberFieldProps {
  value: string
  disabled: boolean
  /** The page that shows the number is behind this very window, and may be covered by it. */
  behind: boolean
  onChange(value: string): void
}

export function NumberField(props: NumberFieldProps) {
  const t = useText()
  const id = useId()
  return (
    <div class="nod-field nod-field-number">
      <label for={id}>{t('ask_number')}</label>
      <input
        id={id}
        class="nod-input"
        type="text"
        inputMode="numeric"
        autocomplete="off"
        maxLength={2}
        value={props.value}
        disabled={props.disabled}
        aria-describedby={`${id}-hint`}
        onInput={(event) => {
          // The field is set by hand as well: an unchanged state renders nothing, and a letter would stay in it.
          const digits = event.currentTarget.value.replace(/\D/g, '').slice(0, 2)
          event.currentTarget.value = digits
          props.onChange(digits)
        }}
      />
      <p id={`${id}-hint`} class="nod-field-hint">
        {t(props.behind ? 'ask_number_hint_here' : 'ask_number_hint')}
      </p>
    </div>
  )
}
