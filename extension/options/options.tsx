/** The settings: the gateways that this browser belongs to, each with its accounts and its sites, and the way to another. */
import { useState } from 'preact/hooks'
import { Mark } from '../../shared/ui/icon.tsx'
import { useText } from '../../shared/ui/text.ts'
import type { Problem } from '../messages.ts'
import { gatewayAddress } from '../origins.ts'
import { ask } from '../view/ask.ts'
import { Keys } from '../view/keys.tsx'
import { mount, translate } from '../view/mount.tsx'
import { usePolicy } from '../view/policy.ts'
import { keepPresent } from '../view/presence.ts'
import { useStored } from '../view/stored.ts'
import { GatewayForm } from './gateway-form.tsx'
import { GatewaySection } from './gateway-section.tsx'
import { Fault, Section } from './section.tsx'

function Options() {
  const t = useText()
  const gateways = useStored('gateways')
  const accounts = useStored('accounts')
  const ended = useStored('ended')
  const linking = useStored('linking')
  const [problem, setProblem] = useState<Problem | null>(null)
  if (gateways === undefined || accounts === undefined || ended === undefined || linking === undefined) return null
  const named = wanted !== null && !gateways.some(({ issuer }) => issuer === wanted)
  const another = <Another first={gateways.length === 0} wanted={named ? wanted : null} />
  return (
    <>
      <header class="x-title">
        <span class="x-mark">
          <Mark />
        </span>
        <h1>{t('options_title')}</h1>
      </header>
      {named && another}
      {gateways.map((gateway) => (
        <GatewaySection
          key={gateway.issuer}
          gateway={gateway}
          accounts={accounts}
          ended={ended.filter(({ issuer }) => issuer === gateway.issuer)}
          linking={linking}
          onRemoved={(outcome) => setProblem(outcome.ok ? null : outcome.problem)}
        />
      ))}
      <Fault problem={problem} />
      {!named && another}
      <Keys />
    </>
  )
}

/** A gateway that a scanned code named, to be looked at by the person who came here from it. */
const wanted = location.hash === '' ? null : gatewayAddress(decodeURIComponent(location.hash.slice(1)))

function Another({ first, wanted }: { first: boolean; wanted: string | null }) {
  const t = useText()
  const [adding, setAdding] = useState(false)
  const policy = usePolicy()
  if (!first && !adding && wanted === null) {
    return (
      <button type="button" class="nod-button x-start" onClick={() => setAdding(true)}>
        {t('options_gateway_another')}
      </button>
    )
  }
  if (!policy) return null
  const preset = first && wanted === null ? policy.gateway : null
  const lead = preset === null ? 'options_gateway_lead' : 'options_gateway_preset'
  return (
    <Section
      title={t(first ? 'options_gateway' : 'options_gateway_another')}
      lead={t(wanted === null ? lead : 'options_gateway_from_code')}
    >
      <GatewayForm address={wanted ?? preset ?? ''} first={first} onDone={() => setAdding(false)} />
    </Section>
  )
}

document.title = translate('options_title')
keepPresent()
mount(<Options />)
void ask('refresh_sites', {})
