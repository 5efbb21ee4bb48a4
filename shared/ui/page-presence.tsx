/** Says that the page that asks is not there any more, and then that it is back. Takes no answer away: both still count. */
import { useRef } from 'preact/hooks'
import { Icon } from './icon.tsx'
import { useText } from './text.ts'

/** `present` is undefined where the gateway does not say. */
export function PagePresence({ present = true }: { present?: boolean | undefined }) {
  const t = useText()
  const was_gone = useRef(false)
  was_gone.current ||= !present
  if (!was_gone.current) return null
  return (
    <p class={present ? 'nod-card-presence nod-card-presence-back' : 'nod-card-presence'}>
      <Icon name={present ? 'good' : 'wait'} />
      <span>{t(present ? 'ask_page_back' : 'ask_page_gone')}</span>
    </p>
  )
}
