/** Says in words what is unusual about a request, all of it in one place. Decides nothing. */
import type { RequestContext } from '../protocol/messages.ts'
import { Icon } from './icon.tsx'
import { siteName } from './site-name.ts'
import { type Key, useText } from './text.ts'
import type { Sign } from './unusual.ts'

const WORDS: Record<Sign, Key> = {
  look_alike: 'ask_sign_look_alike',
  mixed_scripts: 'ask_sign_mixed_scripts',
  insecure: 'ask_sign_insecure',
  other_country: 'ask_sign_other_country',
  no_page: 'ask_sign_no_page',
  foreign_letters: 'ask_sign_foreign_letters',
  other_network: 'ask_sign_other_network',
  new_browser: 'ask_sign_new_browser',
  carried: 'ask_sign_carried',
  old: 'ask_sign_old',
}

export function UnusualNotice({ signs, request }: { signs: readonly Sign[]; request: RequestContext }) {
  const t = useText()
  const known = request.resembles === undefined ? '' : siteName(request.resembles).text
  return (
    <div class="nod-warning">
      <Icon name="warn" />
      <div>
        <p class="nod-warning-title">{t('ask_unusual')}</p>
        <ul class="nod-signs">
          {signs.map((sign) => (
            <li key={sign}>{t(WORDS[sign], { known })}</li>
          ))}
        </ul>
      </div>
    </div>
  )
}
