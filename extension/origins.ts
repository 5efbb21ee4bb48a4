/**
 * Origins, host patterns and login pages: what the extension compares before it shows or sends anything. Pure.
 */
import type { Site } from '../shared/protocol/messages.ts'

/** A site as the person switched it on: only these origins, whatever that gateway's list, or another's, says later. */
export interface EnabledSite {
  issuer: string
  client_id: string
  origins: string[]
}

/** What the manifest's optional hosts allow over plain http; a development gateway or site lives nowhere else. */
const LOOPBACK = new Set(['localhost', '127.0.0.1'])

/** The address that a person meant who left its scheme out: https, or http to this machine. */
export function withScheme(typed: string): string {
  const text = typed.trim()
  const host = text.split(/[/:]/, 1)[0] ?? ''
  const complete = /^[a-z][a-z0-9+.-]*:\/\//i.test(text)
  return complete ? text : `${LOOPBACK.has(host) ? 'http' : 'https'}://${text}`
}

/** The origin of an http(s) address, or null: `about:`, `file:`, `chrome:` and the like have none that counts here. */
export function originOf(address: string | undefined): string | null {
  const url = address === undefined ? null : URL.parse(address)
  return url && (url.protocol === 'https:' || url.protocol === 'http:') ? url.origin : null
}

/** https, or http to this machine: the only addresses that are fetched, asked permission for or navigated to. */
export function isSafeUrl(address: string): boolean {
  const url = URL.parse(address)
  if (!url) return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname))
}

/**
 * The match pattern that covers an origin. Always without its port: Firefox's patterns take none, and Chrome reads a
 * pattern without one as every port. So a pattern is wider than its origin, and whoever relies on it compares origins.
 */
export function hostPattern(origin: string): string {
  const { protocol, hostname } = new URL(origin)
  return `${protocol}//${hostname}/*`
}

/** The issuer meant by what a person typed, or null. `nod.example` means https; a bare loopback name means http. */
export function gatewayAddress(typed: string): string | null {
  const url = URL.parse(withScheme(typed))
  if (!url || !isSafeUrl(url.href) || url.username || url.password || url.search || url.hash) return null
  return url.pathname === '/' ? url.origin : null
}

/** A site as one gateway lists it. */
export interface ListedSite {
  issuer: string
  site: Site
}

export const listedSites = (gateways: readonly { issuer: string; sites: readonly Site[] }[]): ListedSite[] =>
  gateways.flatMap(({ issuer, sites }) => sites.map((site) => ({ issuer, site })))

/** The origins of a site that the person agreed to and that it still has, at the same gateway. */
export const agreedOrigins = ({ issuer, site }: ListedSite, enabled: readonly EnabledSite[]): string[] =>
  enabled
    .filter((one) => one.issuer === issuer && one.client_id === site.client_id)
    .flatMap(({ origins }) => origins.filter((origin) => site.origins.includes(origin)))

/** The switched-on site whose login page this exact address is, or null. */
export function siteAt(
  address: string | undefined,
  listed: readonly ListedSite[],
  enabled: readonly EnabledSite[],
): ListedSite | null {
  const origin = originOf(address)
  if (address === undefined || origin === null) return null
  const here = (one: ListedSite): boolean =>
    agreedOrigins(one, enabled).includes(origin) && one.site.login_matches.some((pattern) => isMatch(pattern, address))
  return listed.find(here) ?? null
}

/**
 * Whether an address matches one of a site's login patterns: a path (`/login*`) or a match pattern
 * (`https://shop.example/login*`), with or without a port. `*` stands for anything; a query is compared only where the
 * pattern has one, a fragment never. The origin itself has been compared exactly before this is asked.
 */
function isMatch(pattern: string, address: string): boolean {
  const { origin, protocol, hostname, pathname, search } = new URL(address)
  const path = pattern.includes('?') ? pathname + search : pathname
  const places = pattern.startsWith('/') ? [''] : [origin, `${protocol}//${hostname}`]
  return places.some((place) => globMatches(pattern, place + path))
}

/** Without a regular expression: patterns come from the gateway, and many `*` in one would make it crawl. */
function globMatches(pattern: string, text: string): boolean {
  const [head = '', ...rest] = pattern.split('*')
  const tail = rest.pop()
  if (tail === undefined) return text === head
  if (!text.startsWith(head)) return false
  let at = head.length
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return text.length - tail.length >= at && text.endsWith(tail)
}
