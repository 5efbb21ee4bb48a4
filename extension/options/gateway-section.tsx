/** One gateway: whose approvals this browser may give there, which of its sites get a code, and the end of all that. */
import { siteName } from '../../shared/ui/site-name.ts'
import { useText } from '../../shared/ui/text.ts'
import { TwoStep } from '../../shared/ui/two-step.tsx'
import type { Outcome } from '../messages.ts'
import type { Gateway } from '../state.ts'
import { ask } from '../view/ask.ts'
import { LinkPart, type LinkPartProps } from './link-part.tsx'
import { Section } from './section.tsx'
import { Sites } from './sites.tsx'

type GatewaySectionProps = Omit<LinkPartProps, 'issuer'> & {
  gateway: Gateway
  /** After all of it is gone here, also where the gateway could not be told. */
  onRemoved(outcome: Outcome): void
}

export function GatewaySection({ gateway, onRemoved, ...links }: GatewaySectionProps) {
  const t = useText()
  const { issuer } = gateway
  const name = siteName(issuer).text
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
      <LinkPart issuer={issuer} {...links} />
      <h3 class="x-part">{t('options_sites')}</h3>
      <p class="x-quiet">{t('options_sites_lead')}</p>
      <Sites gateway={gateway} />
    </Section>
  )
}
