/** One gateway: whose approvals this browser may give there, which of its sites get a code, and the end of all that. */
import { useState } from 'preact/hooks'
import { siteName } from '../../shared/ui/site-name.ts'
import { useText } from '../../shared/ui/text.ts'
import { TwoStep } from '../../shared/ui/two-step.tsx'
import type { Outcome, Problem } from '../messages.ts'
import type { Account, EndedLink, Gateway, Linking } from '../state.ts'
import { ask } from '../view/ask.ts'
import { Accounts, Ended } from './accounts.tsx'
import { Ceremony } from './ceremony.tsx'
import { Fault, Section } from './section.tsx'
import { Sites } from './sites.tsx'

interface GatewaySectionProps {
  gateway: Gateway
  /** Of all gateways. */
  accounts: readonly Account[]
  ended: readonly EndedLink[]
  linking: Linking | null
  /** After all of it is gone here, also where the gateway could not be told. */
  onRemoved(outcome: Outcome): void
}

export function GatewaySection({ gateway, accounts, ended, linking, onRemoved }: GatewaySectionProps) {
  const t = useText()
  const [problem, setProblem] = useState<Problem | null>(null)
  const { issuer } = gateway
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
    <Section
      title={name}
      action={
        <TwoStep
          label={t('options_gateway_remove')}
          name={name}
          sure={t('options_gateway_remove_sure')}
          onSure={() => void ask('remove_gateway', { issuer }).then(onRemoved)}
        />
      }
    >
      <h3 class="x-part">{t('options_link')}</h3>
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
      <h3 class="x-part">{t('options_sites')}</h3>
      <p class="x-quiet">{t('options_sites_lead')}</p>
      <Sites gateway={gateway} />
    </Section>
  )
}
