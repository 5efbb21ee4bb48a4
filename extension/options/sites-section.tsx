/** The gateway's sites with a switch each. On means: the browser was asked, and the site's login page gets a code. */
import { useId, useState } from 'preact/hooks'
import type { Site } from '../../shared/protocol/messages.ts'
import { siteName } from '../../shared/ui/site-name.ts'
import { useText } from '../../shared/ui/text.ts'
import { browser } from '../browser.ts'
import type { Problem } from '../messages.ts'
import { hostPattern, isSafeUrl } from '../origins.ts'
import { ask } from '../view/ask.ts'
import { useStored } from '../view/stored.ts'
import { Fault, Section } from './section.tsx'

export function SitesSection() {
  const t = useText()
  const sites = useStored('sites')
  const enabled = useStored('enabled')
  const unread = useStored('sites_problem')
  if (sites === undefined || enabled === undefined) return null
  return (
    <Section title={t('options_sites')} lead={t('options_sites_lead')}>
      {sites.length > 0 && (
        <ul class="x-sites">
          {sites.map((site) => (
            <SiteSwitch
              key={site.client_id}
              site={site}
              on={enabled.some(({ client_id }) => client_id === site.client_id)}
            />
          ))}
        </ul>
      )}
      {sites.length === 0 && !unread && <p class="x-empty">{t('options_sites_none')}</p>}
      <Fault problem={unread ?? null} />
    </Section>
  )
}

function SiteSwitch({ site, on }: { site: Site; on: boolean }) {
  const id = useId()
  const [problem, setProblem] = useState<Problem | null>(null)

  const turn = async (wanted: boolean) => {
    setProblem(null)
    if (wanted && !site.origins.every(isSafeUrl)) return setProblem({ code: 'unsafe_site' })
    // Asked for before anything is awaited: a browser shows its question only in answer to a click.
    if (wanted && !(await browser.permissions.request({ origins: site.origins.map(hostPattern) }))) {
      return setProblem({ code: 'permission_needed', values: { host: site.name } })
    }
    const outcome = await ask('switch_site', { client_id: site.client_id, on: wanted })
    if (!outcome.ok) setProblem(outcome.problem)
  }
  return (
    <li class="x-site">
      <label class="x-site-name" for={id}>
        {site.name}
        <small class="x-quiet" translate={false}>
          {site.origins.map((origin) => siteName(origin).text).join(', ')}
        </small>
      </label>
      <input
        id={id}
        class="x-switch"
        type="checkbox"
        role="switch"
        checked={on}
        aria-checked={on}
        onClick={(event) => {
          // What it shows is what is kept, so it moves when that has changed and not before.
          event.preventDefault()
          void turn(!on)
        }}
      />
      <Fault problem={problem} />
    </li>
  )
}
