/** What all hosted pages have around them: Nod's sign, one place for the content, whose gateway this is. */
import { type ComponentChildren, render } from 'preact'
import { useEffect } from 'preact/hooks'
import { useArrival } from '../../shared/ui/focus.ts'
import { Icon, Mark } from '../../shared/ui/icon.tsx'
import { Text, type Translate, useText } from '../../shared/ui/text.ts'

interface FrameProps {
  /** The page's title, also its first heading: seen in the tab, heard by who listens. */
  title: string
  children: ComponentChildren
  foot?: ComponentChildren
}

export function Frame({ title, children, foot }: FrameProps) {
  const t = useText()
  useEffect(() => {
    document.title = `${title} · ${t('nod')}`
  }, [title])
  return (
    <>
      <div class="nod nod-page-head" aria-hidden="true">
        <Mark />
        {t('nod')}
      </div>
      <div class="nod nod-page-body">
        <h1 class="nod-hidden">{title}</h1>
        {children}
      </div>
      <div class="nod nod-page-foot">{foot ?? <span>{location.host}</span>}</div>
    </>
  )
}

/** A card with a visible heading, for pages that ask something. */
export function Sheet({ title, lead, children }: { title?: string; lead?: string; children: ComponentChildren }) {
  const arrival = useArrival<HTMLElement>([title])
  return (
    <section ref={arrival} class="nod nod-card nod-sheet" tabIndex={-1}>
      {title && (
        <header class="nod-card-head">
          <h2 class="nod-page-title">{title}</h2>
          {lead && <p class="nod-page-lead">{lead}</p>}
        </header>
      )}
      {children}
    </section>
  )
}

/** A card that only waits. */
export function Waiting({ text }: { text: string }) {
  return (
    <section class="nod nod-card nod-waiting" role="status">
      <Icon name="wait" />
      <p>{text}</p>
    </section>
  )
}

export function mount(t: Translate, page: ComponentChildren): void {
  const main = document.getElementById('nod')
  if (main) render(<Text.Provider value={t}>{page}</Text.Provider>, main)
}
