/**
 * Every way to take a code, in a tab of its own, since the browser's questions close a popup: the camera, a picture, letters
 * or a link. Codes go to the background as they were read, which decides what they are; the request takes this page's place.
 */
import { useState } from 'preact/hooks'
import { Mark } from '../../shared/ui/icon.tsx'
import { Notice } from '../../shared/ui/notice.tsx'
import { useText } from '../../shared/ui/text.ts'
import { browser } from '../browser.ts'
import type { Outcome, Problem } from '../messages.ts'
import { AccountChoice, chosenOf } from '../view/account-choice.tsx'
import { Approvals } from '../view/approvals.tsx'
import { ask } from '../view/ask.ts'
import { mount, translate } from '../view/mount.tsx'
import { keepPresent } from '../view/presence.ts'
import { ProblemNotice } from '../view/problem-notice.tsx'
import { useStored } from '../view/stored.ts'
import { CameraView } from './camera-view.tsx'
import { OtherWays } from './other-ways.tsx'

/** Opened for a picture: the camera is then nobody's wish. */
const FOR_PICTURE = location.hash === '#picture'

function Scan() {
  const t = useText()
  const accounts = useStored('accounts')
  const inbox = useStored('inbox')
  // As it was in the popup that opened this.
  const [choice, setChoice] = useState<string | null>(location.search.slice(1))
  if (accounts === undefined || inbox === undefined) return null
  const chosen = chosenOf(accounts, choice)
  const asked = chosen !== undefined && inbox.items.length > 0
  return (
    <>
      <header class="x-title">
        <span class="x-mark">
          <Mark />
        </span>
        <h1>{t(asked ? 'nod' : 'scan_title')}</h1>
      </header>
      {!chosen && (
        <Notice
          tone="info"
          title={t('popup_not_linked')}
          action={{ label: t('popup_link'), onAct: () => void browser.runtime.openOptionsPage() }}
        >
          {t('popup_not_linked_hint')}
        </Notice>
      )}
      {chosen && <Approvals items={inbox.items} accounts={accounts} onDone={closeTab} />}
      {chosen && !asked && (
        <>
          <AccountChoice accounts={accounts} chosen={chosen.account_id} onChoose={setChoice} />
          <Ways account_id={chosen.account_id} />
        </>
      )}
    </>
  )
}

function Ways({ account_id }: { account_id: string }) {
  const camera = useStored('camera')
  const [problem, setProblem] = useState<Problem | null>(null)
  const [replaced, setReplaced] = useState(false)
  /** Another look at what was refused: a camera tells each code only once. */
  const [look, setLook] = useState(0)
  if (camera === undefined) return null
  const took = (outcome: Outcome) => {
    setReplaced(false)
    setProblem(outcome.ok ? null : outcome.problem)
  }
  const seen = async (texts: string[]) => {
    const outcome = await ask('claim_scanned', { texts, account_id })
    // The page shows the next code within moments, so the camera just goes on looking.
    if (outcome.ok || outcome.problem.code !== 'ticket_expired') return took(outcome)
    setProblem(null)
    setReplaced(true)
  }
  const putAway = () => {
    setProblem(null)
    setLook((count) => count + 1)
  }
  return (
    <>
      {problem && <ProblemNotice problem={problem} onClose={putAway} />}
      <div class="x-both">
        <CameraView
          key={look}
          chosen={camera?.device_id ?? null}
          at_once={!FOR_PICTURE}
          replaced={replaced}
          onChoose={(device_id) => void ask('use_camera', { device_id })}
          onCodes={seen}
        />
        <OtherWays account_id={account_id} onOutcome={took} />
      </div>
    </>
  )
}

/** A tab that the extension opened may not close itself by `window.close()`. */
async function closeTab(): Promise<void> {
  const tab = await browser.tabs.getCurrent()
  if (tab?.id !== undefined) await browser.tabs.remove(tab.id)
}

document.title = translate('scan_title')
keepPresent()
mount(<Scan />)
