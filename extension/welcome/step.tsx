/** One step of the first minute: what it is, and whether it is done, at hand, or comes later. */
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { Icon } from '../../shared/ui/icon.tsx'
import { useText } from '../../shared/ui/text.ts'

interface StepProps {
  number: number
  title: string
  state: 'done' | 'now' | 'later'
  children: ComponentChildren
}

export function Step({ number, title, state, children }: StepProps) {
  const t = useText()
  const id = useId()
  return (
    <li class={`x-step x-step-${state}`} aria-labelledby={id} {...(state === 'now' && { 'aria-current': 'step' })}>
      <span class="x-step-number" aria-hidden="true">
        {state === 'done' ? <Icon name="good" /> : number}
      </span>
      <div class="x-step-text">
        <h2 id={id} class="x-section-title">
          {title}
          {state === 'done' && <span class="nod-badge">{t('welcome_done')}</span>}
        </h2>
        {state === 'later' ? <p class="x-quiet">{t('welcome_later', { number: number - 1 })}</p> : children}
      </div>
    </li>
  )
}
