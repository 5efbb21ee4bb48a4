/** The accounts that this browser answers for at one gateway: how they are linked, and what became of it. */
import { useState } from 'preact/hooks'
import { siteName } from '../../shared/ui/site-name.ts'
import { useText } from '../../shared/ui/text.ts'
import type { Outcome, Problem } from '../messages.ts'
import type { Account, EndedLink, Linking } from '../state.ts'
import { ask } from '../view/ask.ts'
import { Accounts, Ended } from './accounts.tsx'
import { Ceremony } from './ceremony.tsx'
import { Fault } from './section.tsx'

export interface LinkPartProps {
  issuer: string
  /** Of all gateways. */
  accounts: readonly Account[]
  /** Of this one. */
  ended: readonly EndedLink[]
  linking: Linking | null
}

export function LinkPart({ issuer, accounts, ended, linking }: LinkPartProps) {
  const t = useText()
  const [problem, setProblem] = useState<Problem | null>(null)
  const name = siteName(issuer).text
  const here = accounts.filter((account) => account.issuer === issuer)
  const doing = (asked: Promise<Outcome>) => {
    setProblem(null)
    void asked.then((outcome) => setProblem(outcome.ok ? null : outcome.problem))
  }
  const link = () => doing(ask('start_link', { issuer }))
  const ceremony = linking?.issuer === issuer ? linking : null
  const past =
    ceremony?.problem ?? (ceremony && ceremony.state !== 'pending' ? { code: `link_${ceremony.state}` } : null)
  return (
    <>
      <p class="x-quiet">{t(here.length > 0 ? 'options_link_lead_linked' : 'options_link_lead')}</p>
      <Accounts here={here} all={accounts} onDo={doing} />
      <Ended ended={ended} onLink={link} onDo={doing} />
      {ceremony?.state === 'pending' ? (
        <Ceremony linking={ceremony} />
      ) : (
        linking?.state !== 'pending' && (
          <button
            type="button"
            class={here.length > 0 ? 'nod-button x-start' : 'nod-button nod-button-primary x-start'}
            aria-label={t('two_step_named', {
              label: t(here.length > 0 ? 'options_link_another' : 'popup_link'),
              name,
            })}
            onClick={link}
          >
            {t(here.length > 0 ? 'options_link_another' : 'popup_link')}
          </button>
        )
      )}
      <Fault problem={problem ?? past} />
    </>
  )
}
