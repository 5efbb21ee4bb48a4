/**
 * The camera in a tab of its own, since the browser's question for it closes a popup. Reads codes and shows what came of
 * them; the code goes to the background as it was read, which decides what it is.
 */
import { useEffect, useRef, useState } from 'preact/hooks'
import { accountName } from '../../shared/ui/account-name.ts'
import { Mark } from '../../shared/ui/icon.tsx'
import { Notice } from '../../shared/ui/notice.tsx'
import { useText } from '../../shared/ui/text.ts'
import { browser } from '../browser.ts'
import type { Problem } from '../messages.ts'
import { Approvals } from '../view/approvals.tsx'
import { ask } from '../view/ask.ts'
import { mount, translate } from '../view/mount.tsx'
import { keepPresent } from '../view/presence.ts'
import { ProblemNotice } from '../view/problem-notice.tsx'
import { useStored } from '../view/stored.ts'
import { watchCamera } from './camera.ts'

function Scan() {
  const t = useText()
  const account = useStored('account')
  const inbox = useStored('inbox')
  const [problem, setProblem] = useState<Problem | null>(null)
  const [replaced, setReplaced] = useState(false)
  if (account === undefined || inbox === undefined) return null
  const scanned = async (text: string) => {
    const outcome = await ask('claim_scanned', { texts: [text] })
    // The page shows the next code within moments, so the camera just goes on looking.
    const turned = !outcome.ok && outcome.problem.code === 'ticket_expired'
    setReplaced(turned)
    if (!outcome.ok && !turned) setProblem(outcome.problem)
  }
  const asked = inbox.items.length > 0
  return (
    <>
      <header class="x-title">
        <span class="x-mark">
          <Mark />
        </span>
        <h1>{t(asked ? 'nod' : 'scan_title')}</h1>
      </header>
      {account === null && (
        <Notice
          tone="info"
          title={t('popup_not_linked')}
          action={{ label: t('popup_link'), onAct: () => void browser.runtime.openOptionsPage() }}
        >
          {t('popup_not_linked_hint')}
        </Notice>
      )}
      {account && asked && <Approvals items={inbox.items} account={accountName(account)} onDone={closeTab} />}
      {account && !asked && problem && (
        <ProblemNotice problem={problem} label={t('try_again')} onClose={() => setProblem(null)} />
      )}
      {account && !asked && !problem && <Camera replaced={replaced} onCode={scanned} onProblem={setProblem} />}
    </>
  )
}

/** A tab that the extension opened may not close itself by `window.close()`. */
async function closeTab(): Promise<void> {
  const tab = await browser.tabs.getCurrent()
  if (tab?.id !== undefined) await browser.tabs.remove(tab.id)
}

interface CameraProps {
  /** The last code was read a moment too late. */
  replaced: boolean
  onCode(text: string): Promise<void>
  onProblem(problem: Problem): void
}

function Camera({ replaced, onCode, onProblem }: CameraProps) {
  const t = useText()
  const video = useRef<HTMLVideoElement>(null)
  const [live, setLive] = useState(false)
  useEffect(() => {
    const away = new AbortController()
    if (video.current) {
      watchCamera(video.current, { onLive: () => setLive(true), onCode, onProblem }, away.signal)
    }
    return () => away.abort()
  }, [])
  return (
    <section class="x-camera">
      <div class={live ? 'x-frame x-frame-live' : 'x-frame'}>
        <video ref={video} muted playsInline aria-label={t('scan_picture')} />
        <span class="x-corners" />
      </div>
      <p class="x-lead" role="status">
        {t(replaced ? 'scan_replaced' : live ? 'scan_aim' : 'scan_waiting')}
      </p>
      <p class="x-quiet">{t('scan_private')}</p>
    </section>
  )
}

document.title = translate('scan_title')
keepPresent()
mount(<Scan />)
