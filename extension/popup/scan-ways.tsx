/** Nothing waits: the three ways to take a code. A code that was taken shows up as a request by itself. */
import { useState } from 'preact/hooks'
import { CodeEntry } from '../../shared/ui/code-entry.tsx'
import { useText } from '../../shared/ui/text.ts'
import { browser } from '../browser.ts'
import type { Problem } from '../messages.ts'
import { ask } from '../view/ask.ts'
import { ProblemNotice } from '../view/problem-notice.tsx'
import { problemText } from '../view/problem-text.ts'
import { Sign } from '../view/sign.tsx'
import type { CurrentTab } from './current-tab.ts'

export function ScanWays({ tab }: { tab: CurrentTab | null }) {
  const t = useText()
  const [busy, setBusy] = useState<'tab' | 'code' | null>(null)
  const [typing, setTyping] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)

  const scanTab = async () => {
    if (tab === null || busy !== null) return
    setBusy('tab')
    const outcome = await ask('scan_tab', { tab_id: tab.tab_id })
    setProblem(outcome.ok ? null : outcome.problem)
    setBusy(null)
  }
  const enter = async (user_code: string) => {
    setBusy('code')
    const outcome = await ask('claim_code', { user_code })
    setProblem(outcome.ok ? null : outcome.problem)
    setBusy(null)
  }
  const openCamera = async () => {
    await browser.tabs.create({ url: browser.runtime.getURL('scan.html') })
    window.close()
  }

  if (typing) {
    return (
      <section class="x-code">
        <CodeEntry
          busy={busy === 'code'}
          error={problem ? problemText(t, problem) : undefined}
          onSubmit={(user_code) => void enter(user_code)}
        />
        <button
          type="button"
          class="nod-link"
          onClick={() => {
            setTyping(false)
            setProblem(null)
          }}
        >
          {t('back')}
        </button>
      </section>
    )
  }
  if (problem) return <ProblemNotice problem={problem} onClose={() => setProblem(null)} />
  return (
    <section class="x-ways" aria-label={t('popup_ways')}>
      <p class="x-quiet">{t('popup_nothing')}</p>
      {tab !== null && (
        <Way
          name="tab"
          title={t('popup_scan_tab')}
          hint={t(busy === 'tab' ? 'popup_scan_tab_busy' : 'popup_scan_tab_hint')}
          onAct={() => void scanTab()}
        />
      )}
      <Way
        name="camera"
        title={t('popup_scan_camera')}
        hint={t('popup_scan_camera_hint')}
        onAct={() => void openCamera()}
      />
      <Way name="code" title={t('popup_enter_code')} hint={t('popup_enter_code_hint')} onAct={() => setTyping(true)} />
    </section>
  )
}

interface WayProps {
  name: 'tab' | 'camera' | 'code'
  title: string
  hint: string
  onAct(): void
}

function Way({ name, title, hint, onAct }: WayProps) {
  return (
    <button type="button" class="x-way" onClick={onAct}>
      <span class="x-way-sign">
        <Sign name={name} />
      </span>
      <span class="x-way-title">{title}</span>
      <span class="x-way-hint">{hint}</span>
    </button>
  )
}
