/** One message with a sign, a title, and perhaps a way on. Announces nothing by itself: its place on the page does. */
import type { ComponentChildren } from 'preact'
import { Icon } from './icon.tsx'

export type Tone = 'info' | 'good' | 'bad' | 'wait'

export interface NoticeProps {
  tone: Tone
  title: string
  children?: ComponentChildren
  action?: { label: string; onAct(): void }
}

export function Notice({ tone, title, children, action }: NoticeProps) {
  return (
    <div class={`nod nod-notice nod-tone-${tone}`}>
      <span class="nod-sign">
        <Icon name={tone} />
      </span>
      <p class="nod-notice-title">{title}</p>
      {children && <div class="nod-notice-text">{children}</div>}
      {action && (
        <button type="button" class="nod-button" onClick={action.onAct}>
          {action.label}
        </button>
      )}
    </div>
  )
}
