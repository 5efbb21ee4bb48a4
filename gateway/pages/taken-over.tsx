/**
 * What the page shows where this browser's extension takes the scanned code over: where it goes on, and the way to go on here
 * all the same. The extension writes how far it is; nothing else is asked of it or told to it.
 */
import { useEffect, useState } from 'preact/hooks'
import { TAKEOVER, TAKEOVER_OPEN, type Takeover } from '../../shared/protocol/takeover.ts'
import { Notice } from '../../shared/ui/notice.tsx'
import { useText } from '../../shared/ui/text.ts'
import { Sheet, Waiting } from './frame.tsx'

const readTakeover = (): Takeover | null => document.documentElement.getAttribute(TAKEOVER) as Takeover | null

/** Null where no extension takes anything. */
export function useTakeover(): Takeover | null {
  const [takeover, setTakeover] = useState(readTakeover)
  useEffect(() => {
    const observer = new MutationObserver(() => setTakeover(readTakeover()))
    observer.observe(document.documentElement, { attributeFilter: [TAKEOVER] })
    setTakeover(readTakeover())
    return () => observer.disconnect()
  }, [])
  return takeover
}

export function TakenOver({ takeover, onHere }: { takeover: Takeover; onHere(): void }) {
  const t = useText()
  if (takeover === 'taking') return <Waiting text={t('page_takeover_taking')} />
  if (takeover === 'over') {
    return (
      <Sheet>
        <Notice tone="info" title={t('page_takeover_over')}>
          {t('page_takeover_over_hint')}
        </Notice>
      </Sheet>
    )
  }
  return (
    <Sheet title={t('page_takeover_title')}>
      <p>{t('page_takeover_hint')}</p>
      <button type="button" class="nod-button nod-button-primary" {...{ [TAKEOVER_OPEN]: '' }}>
        {t('page_takeover_open')}
      </button>
      <button type="button" class="nod-link" onClick={onHere}>
        {t('page_takeover_here')}
      </button>
    </Sheet>
  )
}
