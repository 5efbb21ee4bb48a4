/**
 * A press that cannot be taken back. The first asks in its place, and only the answer to that does it; the answer stands
 * beside where the finger is, so that a double press changes nothing. Escape is no.
 */
import { useEffect, useRef, useState } from 'preact/hooks'
import { useReturn } from './focus.ts'
import { useText } from './text.ts'

interface TwoStepProps {
  label: string
  /** What it would be done to, for who hears the button without seeing what it stands beside. */
  name: string
  /** The answer that does it. */
  sure: string
  busy?: boolean
  onSure(): void
}

export function TwoStep({ label, name, sure, busy = false, onSure }: TwoStepProps) {
  const t = useText()
  const [asked, setAsked] = useState(false)
  const keep = useRef<HTMLButtonElement>(null)
  const first = useReturn<HTMLButtonElement>(asked)

  useEffect(() => {
    if (asked) keep.current?.focus()
  }, [asked])

  if (!asked) {
    return (
      <button
        ref={first}
        type="button"
        class="nod-link"
        aria-label={t('two_step_named', { label, name })}
        aria-disabled={busy}
        onClick={() => !busy && setAsked(true)}
      >
        {label}
      </button>
    )
  }
  return (
    <fieldset
      class="nod-two-step"
      aria-label={t('two_step_named', { label, name })}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        setAsked(false)
      }}
    >
      <button
        type="button"
        class="nod-small-button nod-danger"
        onClick={() => {
          setAsked(false)
          onSure()
        }}
      >
        {sure}
      </button>
      <button ref={keep} type="button" class="nod-link" onClick={() => setAsked(false)}>
        {t('two_step_keep')}
      </button>
    </fieldset>
  )
}
