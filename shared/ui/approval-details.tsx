/** The rows of the approval card: from which browser and network, when, and what the site will learn. */
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Claim } from '../protocol/messages.ts'
import { browserText } from './browser-text.ts'
import { placeText } from './place-text.ts'
import { subjectOf } from './subject.ts'
import { type Key, type Translate, useText } from './text.ts'
import type { Sign } from './unusual.ts'

const SCOPES: Record<string, Key> = {
  openid: 'ask_share_openid',
  profile: 'ask_share_profile',
  email: 'ask_share_email',
  offline_access: 'ask_share_offline_access',
}

const shared = (t: Translate, scope: string) =>
  scope
    .split(' ')
    .filter(Boolean)
    .map((name) => (SCOPES[name] ? t(SCOPES[name]) : name))

/** `seconds` ago in words; below ten seconds it is "just now". */
function age(t: Translate, seconds: number): string {
  if (seconds < 10) return t('ask_age_now')
  const words = new Intl.RelativeTimeFormat(t('locale_tag'))
  return seconds < 60 ? words.format(-seconds, 'second') : words.format(-Math.floor(seconds / 60), 'minute')
}

/** Grows in steps of ten seconds: exact enough to tell old from new, without ticking at the reader. */
function useAge(claim: Claim): number {
  const at_start = Math.max(0, claim.now - claim.request.started_at)
  const [seconds, setSeconds] = useState(at_start)
  useEffect(() => {
    const start = Date.now()
    setSeconds(at_start)
    const timer = setInterval(() => setSeconds(at_start + Math.round((Date.now() - start) / 1000)), 10_000)
    return () => clearInterval(timer)
  }, [at_start])
  return seconds
}

function Row({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div class="nod-row">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Remark({ unusual, children }: { unusual: boolean; children: ComponentChildren }) {
  return <span class={unusual ? 'nod-remark nod-remark-unusual' : 'nod-remark'}>{children}</span>
}

/** What is known of the address that the card names, and by whose word. */
function addressText(t: Translate, claim: Claim): string {
  const { origin, client } = claim.request
  const { through } = subjectOf(claim.request)
  if (origin === null) return t('ask_address_none')
  if (through !== null) return t('ask_through', { host: through })
  return claim.observed_origin === origin ? t('ask_address_seen') : t('ask_address_registered', { site: client.name })
}

export function ApprovalDetails({ claim, signs }: { claim: Claim; signs: readonly Sign[] }) {
  const t = useText()
  const { page, same_network, same_country, known_page, origin, scope } = claim.request
  const seconds = useAge(claim)
  const network = placeText(t, page)
  return (
    <dl class="nod-rows">
      <Row label={t('ask_address')}>
        <span class={origin === null ? 'nod-remark-unusual' : undefined}>{addressText(t, claim)}</span>
        {signs.includes('carried') && <Remark unusual={true}>{t('ask_carried')}</Remark>}
      </Row>
      <Row label={t('ask_page')}>
        {browserText(t, page)}
        <Remark unusual={false}>{t(known_page ? 'ask_page_known' : 'ask_page_new')}</Remark>
      </Row>
      <Row label={t('ask_network')}>
        {network}
        {same_country === false && <Remark unusual={true}>{t('ask_network_country')}</Remark>}
        <Remark unusual={!same_network}>{t(same_network ? 'ask_network_same' : 'ask_network_other')}</Remark>
      </Row>
      <Row label={t('ask_age')}>
        <span class={signs.includes('old') ? 'nod-remark-unusual' : undefined}>{age(t, seconds)}</span>
      </Row>
      <Row label={t('ask_share')}>
        {new Intl.ListFormat(t('locale_tag'), { type: 'conjunction' }).format(shared(t, scope))}
      </Row>
    </dl>
  )
}
