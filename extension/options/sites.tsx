/** A gateway's sites with a switch each. On means: the browser was asked, and the site's login page gets a code. */
import { useId, useState } from 'preact/hooks'
import type { Site } from '../../shared/protocol/messages.ts'
import { siteName } from '../../shared/ui/site-name.ts'
import { useText } from '../../shared/ui/text.ts'
import { browser } from '../browser.ts'
import type { Problem } from '../messages.ts'
import { hostPattern, isSafeUrl } from '../origins.ts'
import type { Gateway } from '../state.ts'
import { ask } from '../view/ask.ts'
import { usePolicy } from '../view/policy.ts'
import { useStored } from '../view/stored.ts'
import { Fault } from './section.tsx'

export function Sites({ gateway: { issuer, sites, sites_problem } }: { gateway: Gateway }) {
  const t = useText()
  const enabled = useStored('enabled')
  const policy = usePolicy()
  if (enabled === undefined || policy === undefined) return null
  const is_on = ({ client_id }: Site): boolean =>
    enabled.some((one) => one.issuer === issuer && one.client_id === client_id)
  const preset = sites.filter(({ origins }) => origins.some((origin) => policy.sites.includes(origin)))
  return (
    <>
      {preset.some((site) => !is_on(site)) && <Preset issuer={issuer} sites={preset.filter((site) => !is_on(site))} />}
      {sites.length > 0 && (
        <ul class="x-sites">
          {sites.map((site) => (
            <SiteSwitch key={site.client_id} issuer={issuer} site={site} on={is_on(site)} />
          ))}
        </ul>
      )}
      {sites.length === 0 && !sites_problem && <p class="x-empty">{t('options_sites_none')}</p>}
      <Fault problem={sites_problem} />
    </>
  )
}

/** What the person's organisation would have them switch on: all of it by one press, which is theirs. */
function Preset({ issuer, sites }: { issuer: string; sites: readonly Site[] }) {
  const t = useText()
  const [problem, setProblem] = useState<Problem | null>(null)
  const switchOn = async () => {
    const safe = sites.filter(({ origins }) => origins.every(isSafeUrl))
    // Asked for before anything is awaited: a browser shows its question only in answer to a click.
    if (!(await browser.permissions.request({ origins: safe.flatMap(({ origins }) => origins.map(hostPattern)) }))) {
      return setProblem({ code: 'permission_needed', values: { host: safe.map(({ name }) => name).join(', ') } })
    }
    for (const { client_id } of safe) {
      const outcome = await ask('switch_site', { issuer, client_id, on: true })
      if (!outcome.ok) setProblem(outcome.problem)
    }
  }
  return (
    <div class="x-preset">
      <p>{t('options_sites_preset', { sites: sites.map(({ name }) => name).join(', ') })}</p>
      <button type="button" class="nod-button" onClick={() => void switchOn()}>
        {t('options_sites_preset_on')}
      </button>
      <Fault problem={problem} />
    </div>
  )
}

function SiteSwitch({ issuer, site, on }: { issuer: string; site: Site; on: boolean }) {
  const id = useId()
  const [problem, setProblem] = useState<Problem | null>(null)

  const turn = async (wanted: boolean) => {
    setProblem(null)
    if (wanted && !site.origins.every(isSafeUrl)) return setProblem({ code: 'unsafe_site' })
    // Asked for before anything is awaited: a browser shows its question only in answer to a click.
    if (wanted && !(await browser.permissions.request({ origins: site.origins.map(hostPattern) }))) {
      return setProblem({ code: 'permission_needed', values: { host: site.name } })
    }
    const outcome = await ask('switch_site', { issuer, client_id: site.client_id, on: wanted })
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
