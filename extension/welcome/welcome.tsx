/** The first minute, opened once when the extension is installed: gateway, link, sites. Each step is a part of the settings. */
import { Mark } from '../../shared/ui/icon.tsx'
import { siteName } from '../../shared/ui/site-name.ts'
import { useText } from '../../shared/ui/text.ts'
import { browser } from '../browser.ts'
import { GatewayForm } from '../options/gateway-form.tsx'
import { LinkPart } from '../options/link-part.tsx'
import { Sites } from '../options/sites.tsx'
import { ask } from '../view/ask.ts'
import { Keys } from '../view/keys.tsx'
import { mount, translate } from '../view/mount.tsx'
import { usePolicy } from '../view/policy.ts'
import { keepPresent } from '../view/presence.ts'
import { useStored } from '../view/stored.ts'
import { Step } from './step.tsx'

function Welcome() {
  const t = useText()
  const gateways = useStored('gateways')
  const accounts = useStored('accounts')
  const ended = useStored('ended')
  const linking = useStored('linking')
  const enabled = useStored('enabled')
  const policy = usePolicy()
  if (!gateways || !accounts || !ended || linking === undefined || !enabled || !policy) return null
  const [gateway] = gateways
  const issuer = gateway?.issuer ?? ''
  const linked = accounts.some((account) => account.issuer === issuer)
  const on = enabled.some((one) => one.issuer === issuer)
  return (
    <>
      <header class="x-hello">
        <span class="x-hello-mark">
          <Mark />
        </span>
        <h1>{t('welcome_title')}</h1>
        <p>{t('welcome_lead')}</p>
      </header>
      <ol class="x-steps">
        <Step number={1} title={t('options_gateway')} state={gateway ? 'done' : 'now'}>
          {gateway ? (
            <p class="x-value" translate={false}>
              {siteName(issuer).text}
            </p>
          ) : (
            <>
              <p class="x-quiet">{t(policy.gateway === null ? 'welcome_gateway_lead' : 'options_gateway_preset')}</p>
              <GatewayForm address={policy.gateway ?? ''} first onDone={() => {}} />
            </>
          )}
        </Step>
        <Step number={2} title={t('popup_link')} state={linked ? 'done' : gateway ? 'now' : 'later'}>
          <LinkPart
            issuer={issuer}
            accounts={accounts}
            ended={ended.filter((one) => one.issuer === issuer)}
            linking={linking}
          />
        </Step>
        <Step number={3} title={t('options_sites')} state={on ? 'done' : gateway && linked ? 'now' : 'later'}>
          <p class="x-quiet">{t('options_sites_lead')}</p>
          {gateway && <Sites gateway={gateway} />}
        </Step>
      </ol>
      <section class="x-ready" role="status">
        {linked && (
          <>
            <h2>{t('welcome_ready')}</h2>
            <p>{t(on ? 'welcome_ready_hint' : 'welcome_ready_without_sites')}</p>
            <Keys />
          </>
        )}
      </section>
      <button type="button" class="nod-link" onClick={() => void browser.runtime.openOptionsPage()}>
        {t('popup_settings')}
      </button>
    </>
  )
}

document.title = translate('welcome_title')
keepPresent()
mount(<Welcome />)
void ask('refresh_sites', {})
