/** One part of the settings: a heading, what it is for, and what went wrong in it. */
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { useText } from '../../shared/ui/text.ts'
import type { Problem } from '../messages.ts'
import { problemText } from '../view/problem-text.ts'

interface SectionProps {
  title: string
  lead?: string
  /** Beside the heading. */
  action?: ComponentChildren
  children: ComponentChildren
}

export function Section({ title, lead, action, children }: SectionProps) {
  const id = useId()
  return (
    <section class="x-section" aria-labelledby={id}>
      <div class="x-line">
        <h2 id={id} class="x-section-title">
          {title}
        </h2>
        {action}
      </div>
      {lead && <p class="x-quiet">{lead}</p>}
      {children}
    </section>
  )
}

/** Always in the page, so that what appears in it is announced. */
export function Fault({ problem }: { problem: Problem | null }) {
  const t = useText()
  return (
    <p class="x-fault nod-error" role="alert">
      {problem && problemText(t, problem)}
    </p>
  )
}
