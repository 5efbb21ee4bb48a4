/** One part of the account's page: a heading, what it is for, and its list in each of the states a list can be in. */
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { useText } from '../../../shared/ui/text.ts'
import { messageOf } from '../message.ts'
import type { Person } from '../signed-in.tsx'
import type { LiveList } from './live.ts'

/** What each part is given. */
export interface PartProps {
  issuer: string
  person: Person
  /** Grows with whatever there is to see; null while that is not known. */
  version: number | null
}

interface SectionProps {
  id: string
  title: string
  lead?: string
  problem?: string
  children: ComponentChildren
}

export function Section({ id, title, lead, problem, children }: SectionProps) {
  const heading = useId()
  return (
    <section id={id} class="nod nod-card nod-account-section" aria-labelledby={heading} tabIndex={-1}>
      <header class="nod-card-head">
        <h2 id={heading} class="nod-section-title">
          {title}
        </h2>
        {lead && <p class="nod-remark">{lead}</p>}
      </header>
      {children}
      {problem !== undefined && (
        <p class="nod-error" role="alert">
          {problem}
        </p>
      )}
    </section>
  )
}

interface LiveRowsProps<T> {
  list: LiveList<T>
  /** What to say when there is nothing. */
  empty: string
  children(item: T): ComponentChildren
}

export function LiveRows<T>({ list: { listed, again, showMore }, empty, children }: LiveRowsProps<T>) {
  const t = useText()
  switch (listed.kind) {
    case 'loading':
      return (
        <p class="nod-remark" role="status">
          {t('page_loading')}
        </p>
      )
    case 'failed':
      return (
        <div class="nod-failed" role="alert">
          <p>{messageOf(t, listed.error)}</p>
          <button type="button" class="nod-small-button" onClick={again}>
            {t('try_again')}
          </button>
        </div>
      )
    case 'there':
      return listed.items.length === 0 ? (
        <p class="nod-page-lead">{empty}</p>
      ) : (
        <>
          <ul class="nod-list">{listed.items.map(children)}</ul>
          {listed.more && (
            <button type="button" class="nod-link nod-more" onClick={showMore}>
              {t('show_more')}
            </button>
          )}
        </>
      )
  }
}
