/** What went wrong, said where it happened; a code that another site passed on gets the strongest words there are. */
import { Notice } from '../../shared/ui/notice.tsx'
import { siteName } from '../../shared/ui/site-name.ts'
import { useText } from '../../shared/ui/text.ts'
import type { Problem } from '../messages.ts'
import { MissingGateway, missingGateway } from './missing-gateway.tsx'
import { problemText } from './problem-text.ts'

interface ProblemNoticeProps {
  problem: Problem
  /** Of the button that puts it away. */
  label?: string
  onClose(): void
}

export function ProblemNotice({ problem, label, onClose }: ProblemNoticeProps) {
  const t = useText()
  const missing = missingGateway(problem)
  const close = { label: label ?? t('close'), onAct: onClose }
  return (
    <div role="alert">
      {missing !== null ? (
        <MissingGateway issuer={missing} known={problem.code === 'no_account_there'} close={close} />
      ) : problem.code === 'origin_mismatch' ? (
        <div class="x-block">
          <Notice tone="bad" title={t('popup_blocked')} action={close}>
            <Origins problem={problem} />
            <p>{t('popup_blocked_hint')}</p>
          </Notice>
        </div>
      ) : (
        <Notice tone="bad" title={t('popup_problem')} action={close}>
          {problemText(t, problem)}
        </Notice>
      )}
    </div>
  )
}

function Origins({ problem }: { problem: Problem }) {
  const t = useText()
  const { here, site, resembles } = problem.values ?? {}
  return (
    <dl class="x-origins">
      {here !== undefined && (
        <div>
          <dt>{t('popup_blocked_here')}</dt>
          <dd translate={false}>{siteName(here).text}</dd>
          {resembles !== undefined && (
            <dd class="x-look-alike">{t('popup_blocked_look_alike', { known: siteName(resembles).text })}</dd>
          )}
        </div>
      )}
      <div>
        <dt>{t('popup_blocked_site')}</dt>
        <dd translate={false}>{site === undefined ? t('popup_blocked_site_unknown') : siteName(site).text}</dd>
      </div>
    </dl>
  )
}
