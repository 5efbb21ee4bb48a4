/** The settings: which gateway, whose browser, which sites; in the order in which each becomes possible. */
import { Mark } from '../../shared/ui/icon.tsx'
import { useText } from '../../shared/ui/text.ts'
import { ask } from '../view/ask.ts'
import { mount, translate } from '../view/mount.tsx'
import { keepPresent } from '../view/presence.ts'
import { useStored } from '../view/stored.ts'
import { GatewaySection } from './gateway-section.tsx'
import { LinkSection } from './link-section.tsx'
import { SitesSection } from './sites-section.tsx'

function Options() {
  const t = useText()
  const gateway = useStored('gateway')
  const account = useStored('account')
  if (gateway === undefined || account === undefined) return null
  return (
    <>
      <header class="x-title">
        <span class="x-mark">
          <Mark />
        </span>
        <h1>{t('options_title')}</h1>
      </header>
      <GatewaySection gateway={gateway} linked={account !== null} />
      {gateway && <LinkSection account={account} />}
      {gateway && <SitesSection />}
    </>
  )
}

document.title = translate('options_title')
keepPresent()
mount(<Options />)
void ask('refresh_sites', {})
