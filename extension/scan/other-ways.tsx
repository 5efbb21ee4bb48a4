/** Beside the camera: a picture that is chosen, dropped or pasted, and letters or a link. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { CodeEntry } from '../../shared/ui/code-entry.tsx'
import { useText } from '../../shared/ui/text.ts'
import type { Outcome } from '../messages.ts'
import { looksLikeLink } from '../scanned.ts'
import { ask } from '../view/ask.ts'
import { takeIncoming, takePictures, usePaste } from '../view/incoming.ts'
import { Sign } from '../view/sign.tsx'

interface OtherWaysProps {
  account_id: string
  onOutcome(outcome: Outcome): void
}

export function OtherWays({ account_id, onOutcome }: OtherWaysProps) {
  const t = useText()
  const chooser = useRef<HTMLInputElement>(null)
  const [busy, setBusy] = useState(false)
  const take = async (work: Promise<Outcome> | null) => {
    if (!work) return
    setBusy(true)
    onOutcome(await work)
    setBusy(false)
  }
  usePaste((data) => void take(takeIncoming(data, account_id)))
  const over = useDrop((data) => void take(takeIncoming(data, account_id)))
  return (
    <section class="x-others">
      <div class={over ? 'x-drop x-drop-over' : 'x-drop'}>
        <span class="x-way-sign">
          <Sign name="picture" />
        </span>
        <h2>{t('scan_picture_file')}</h2>
        <p class="x-quiet" role="status">
          {t(busy ? 'scan_picture_busy' : over ? 'scan_picture_drop' : 'scan_picture_hint')}
        </p>
        <input
          ref={chooser}
          type="file"
          accept="image/*"
          multiple
          hidden
          onChange={(event) => {
            const field = event.currentTarget
            void take(takePictures([...(field.files ?? [])], account_id))
            // The same picture may be chosen again.
            field.value = ''
          }}
        />
        <button type="button" class="nod-button" onClick={() => chooser.current?.click()}>
          {t('scan_picture_choose')}
        </button>
      </div>
      <CodeEntry
        busy={busy}
        isLink={looksLikeLink}
        onSubmit={(text) => void take(ask('claim_entered', { text, account_id }))}
      />
    </section>
  )
}

/** The whole page is the place to drop on. True while something that could be dropped is held over it. */
function useDrop(onDrop: (data: DataTransfer) => void): boolean {
  const [over, setOver] = useState(false)
  const latest = useRef(onDrop)
  latest.current = onDrop
  useEffect(() => {
    const gone = new AbortController()
    const listen = (type: 'dragover' | 'dragleave' | 'drop', act: (event: DragEvent) => void) =>
      document.addEventListener(type, act, { signal: gone.signal })
    listen('dragover', (event) => {
      // Otherwise the browser would leave this page for the picture.
      event.preventDefault()
      setOver(true)
    })
    listen('dragleave', (event) => event.relatedTarget === null && setOver(false))
    listen('drop', (event) => {
      event.preventDefault()
      setOver(false)
      if (event.dataTransfer) latest.current(event.dataTransfer)
    })
    return () => gone.abort()
  }, [])
  return over
}
