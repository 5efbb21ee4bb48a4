/** A labelled field of a form, with its hint; read by its `name` when the form is sent. */
import type { JSX } from 'preact'
import { useId } from 'preact/hooks'

type FieldProps = JSX.IntrinsicElements['input'] & { label: string; name: string; hint?: string }

export function Field({ label, hint, ...input }: FieldProps) {
  const id = useId()
  return (
    <div class="nod-field">
      <label for={id}>{label}</label>
      <input id={id} class="nod-input" {...input} {...(hint && { 'aria-describedby': `${id}-hint` })} />
      {hint && (
        <p id={`${id}-hint`} class="nod-field-hint">
          {hint}
        </p>
      )}
    </div>
  )
}

/** The account's name as its person types it; browsers shall neither capitalize nor correct it. */
export function UsernameField(props: { label: string; defaultValue?: string }) {
  return <Field {...props} name="username" autocomplete="username" autocapitalize="none" spellcheck={false} required />
}

interface PasswordFieldProps {
  label: string
  name: string
  /** For the browser's own store of passwords: the one there is, or one to be. */
  which: 'current' | 'new'
  hint?: string
}

export function PasswordField({ which, ...props }: PasswordFieldProps) {
  return <Field {...props} type="password" autocomplete={`${which}-password`} required />
}
