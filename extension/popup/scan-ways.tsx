/**
 * Nothing waits: the ways to take a code, and first of all, on a login page in this browser, to sign in right there. A
 * code that was taken shows up as a request by itself.
 */
import type { ComponentChildren, RefObject } from 'preact'
import { useState } from 'preact/hooks'
import { CodeEntry } from '../../shared/ui/code-entry.tsx'
import { useReturn } from '../../shared/ui/focus.ts'
import { useText } from '../../shared/ui/text.ts'
import { browser } from '../browser.ts'
import type { Outcome, Problem } from '../messages.ts'
import { looksLikeLink } from '../scanned.ts'
import { ask } from '../view/ask.ts'
import { useEscape } from '../view/escape.ts'
import { takeIncoming, usePaste } from '../view/incoming.ts'
import { missingGateway } from '../view/missing-gateway.tsx'
import { ProblemNotice } from '../view/problem-notice.tsx'
import { problemText } from '../view/problem-text.ts'
import { Sign } from '../view/sign.tsx'
import type { CurrentTab } from './current-tab.ts'

type Busy = 'here' | 'tab' | 'code' | 'paste'

interface ScanWaysProps {
  tab: CurrentTab | null
  /** Whom a code is taken for, where that account is at its gateway. */
  account_id: string
  /** Whether that is the default one. */
  is_default: boolean
  /** The site whose login page is in the tab and waits for an account of this browser's. */
  site: string | null
  /** Above the ways: for whom they are. */
  children: ComponentChildren
}

export function ScanWays({ tab, account_id, is_default, site, children }: ScanWaysProps) {
  const t = useText()
  const [busy, setBusy] = useState<Busy | null>(null)
  const [typing, setTyping] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)

  const take = async (by: Busy, asking: () => Promise<Outcome>) => {
    if (busy !== null) return
    setBusy(by)
    const outcome = await asking()
    setProblem(outcome.ok ? null : outcome.problem)
    setBusy(null)
  }
  const openTab = async (part: '' | '#picture') => {
    const page = is_default ? 'scan.html' : `scan.html?${account_id}`
    await browser.tabs.create({ url: browser.runtime.getURL(page + part) })
    window.close()
  }
  const code = useReturn<HTMLButtonElement>(typing)
  const leaveCode = () => {
    setTyping(false)
    setProblem(null)
  }
  useEscape(typing ? leaveCode : null)
  usePaste((data) => {
    const work = takeIncoming(data, account_id)
    if (work) void take('paste', () => work)
  })

  if (typing && !(problem && missingGateway(problem) !== null)) {
    return (
      <section class="x-code">
        {children}
        <CodeEntry
          busy={busy === 'code'}
          error={problem ? problemText(t, problem) : undefined}
          at_hand
          isLink={looksLikeLink}
          onSubmit={(text) => void take('code', () => ask('claim_entered', { text, account_id }))}
        />
        <button type="button" class="nod-link" onClick={leaveCode}>
          {t('back')}
        </button>
      </section>
    )
  }
  if (problem) return <ProblemNotice problem={problem} onClose={() => setProblem(null)} />
  return (
    <section class="x-ways" aria-label={t('popup_ways')}>
      {children}
      <p class="x-quiet">{t('popup_nothing')}</p>
      {tab !== null && site !== null && (
        <Way
          name="here"
          title={t('popup_sign_in_here')}
          hint={busy === 'here' ? t('popup_sign_in_here_busy') : t('popup_sign_in_here_hint', { site })}
          onAct={() => void take('here', () => ask('sign_in_here', { ...tab, account_id }))}
        />
      )}
      {tab !== null && (
        <Way
          name="tab"
          title={t('popup_scan_tab')}
          hint={t(busy === 'tab' ? 'popup_scan_tab_busy' : 'popup_scan_tab_hint')}
          onAct={() => void take('tab', () => ask('scan_tab', { ...tab, account_id }))}
        />
      )}
      <Way
        name="camera"
        title={t('popup_scan_camera')}
        hint={t('popup_scan_camera_hint')}
        onAct={() => void openTab('')}
      />
      <Way
        name="picture"
        title={t('popup_picture')}
        hint={t(busy === 'paste' ? 'scan_picture_busy' : 'popup_picture_hint')}
        onAct={() => void openTab('#picture')}
      />
      <Way
        name="code"
        button={code}
        title={t('popup_enter_code')}
        hint={t('popup_enter_code_hint')}
        onAct={() => setTyping(true)}
      />
    </section>
  )
}

interface WayProps {
  button?: RefObject<HTMLButtonElement | null>
  name: 'here' | 'tab' | 'camera' | 'picture' | 'code'
  title: string
  hint: string
  onAct(): void
}

function Way({ button, name, title, hint, onAct }: WayProps) {
  return (
    <button ref={button ?? null} type="button" class={name === 'here' ? 'x-way x-way-first' : 'x-way'} onClick={onAct}>
      <span class="x-way-sign">
        <Sign name={name} />
      </span>
      <span class="x-way-title">{title}</span>
      <span class="x-way-hint">{hint}</span>
    </button>
  )
}
