/**
 * The sites whose login pages get a code: listed by a gateway, switched on one by one by the person, granted by the
 * browser. A list alone never puts anything into a page; nor does a grant without the switch.
 */
import { call } from '../../shared/client/call.ts'
import { type Site, SiteList } from '../../shared/protocol/messages.ts'
import { browser } from '../browser.ts'
import { agreedOrigins, hostPattern, isSafeUrl, type ListedSite, listedSites, originOf, siteAt } from '../origins.ts'
import { Refusal, toProblem } from '../problem.ts'
import { type Gateway, read, type Stored, update } from '../state.ts'
import { keepScript } from './scripts.ts'

/** Reads every gateway's list again. A failure is kept for the options page; that list stays as it was. */
export async function refreshSites(): Promise<void> {
  const gateways = await read('gateways')
  await Promise.all(gateways.map(({ issuer }) => readList(issuer)))
  await syncScripts()
}

export async function refreshSitesOf(issuer: string): Promise<void> {
  await readList(issuer)
  await syncScripts()
}

async function readList(issuer: string): Promise<void> {
  const keep = (change: Partial<Gateway>) =>
    update('gateways', (all) => all.map((one) => (one.issuer === issuer ? { ...one, ...change } : one)))
  try {
    const { sites } = await call(`${issuer}/v1/sites`, SiteList)
    await keep({ sites, sites_problem: null })
  } catch (error) {
    await keep({ sites_problem: toProblem(error) })
  }
}

/** Turns a site on or off. On: for its origins of this moment; ones that the gateway adds later need a new yes. */
export async function switchSite(issuer: string, client_id: string, on: boolean): Promise<void> {
  const is = (one: { issuer: string; client_id: string }) => one.issuer === issuer && one.client_id === client_id
  if (on) {
    const listed = listedSites(await read('gateways')).find(({ issuer, site }) => is({ issuer, ...site }))
    if (!listed) throw new Refusal({ code: 'unknown_client' })
    const { origins, name } = listed.site
    if (!origins.every(isSafeUrl)) throw new Refusal({ code: 'unsafe_site' })
    const granted = await browser.permissions.contains({ origins: patternsOf(origins) })
    if (!granted) throw new Refusal({ code: 'permission_needed', values: { host: name } })
    await update('enabled', (all) => [...all.filter((one) => !is(one)), { issuer, client_id, origins }])
    await syncScripts()
    await enterOpenTabs(listed.site)
  } else {
    await switchOff(is)
  }
}

/** Of a gateway that has been removed. */
export async function forgetSites(issuer: string): Promise<void> {
  await switchOff((one) => one.issuer === issuer)
  await giveBack([issuer])
}

type Enabled = Stored<'enabled'>[number]

async function switchOff(goes: (one: Enabled) => boolean): Promise<void> {
  const before = await read('enabled')
  await update('enabled', (all) => all.filter((one) => !goes(one)))
  await syncScripts()
  await giveBack(before.filter(goes).flatMap(({ origins }) => origins))
  await forgetFolds()
}

/** A site that is switched on again begins unfolded. */
async function forgetFolds(): Promise<void> {
  const origins = (await read('enabled')).flatMap((one) => one.origins)
  await update('folded', (all) => all.filter((one) => origins.includes(one)))
}

/** Returns to the browser those permissions among these origins' that nothing needs any more. */
export async function giveBack(origins: readonly string[]): Promise<void> {
  const issuers = (await read('gateways')).map(({ issuer }) => issuer)
  const needed = patternsOf([...(await read('enabled')).flatMap((one) => one.origins), ...issuers])
  const idle = patternsOf(origins).filter((pattern) => !needed.includes(pattern))
  if (idle.length > 0) await browser.permissions.remove({ origins: idle })
}

/** The switched-on site whose login page this address is. */
export const enabledSiteAt = async (address: string | undefined): Promise<ListedSite | null> =>
  siteAt(address, listedSites(await read('gateways')), await read('enabled'))

/** Registers the content script for exactly the hosts that are switched on, listed and granted. */
export async function syncScripts(): Promise<void> {
  const enabled = await read('enabled')
  const wanted = patternsOf(listedSites(await read('gateways')).flatMap((one) => agreedOrigins(one, enabled)))
  await keepScript({ id: 'widget', js: ['widget.js'], runAt: 'document_idle' }, wanted)
}

const patternsOf = (origins: readonly string[]): string[] => [...new Set(origins.map(hostPattern))]

/** A person who has just switched a site on finds the code on the page that they came from, without loading it again. */
async function enterOpenTabs(site: Site): Promise<void> {
  const tabs = await browser.tabs.query({ url: patternsOf(site.origins) })
  const here = tabs.filter(({ id, url }) => id !== undefined && site.origins.includes(originOf(url) ?? ''))
  const enter = (tabId: number) => browser.scripting.executeScript({ target: { tabId }, files: ['widget.js'] })
  // A tab that shows an error page takes no script; it gets one when it is loaded again.
  await Promise.allSettled(here.map(({ id }) => enter(id ?? 0)))
}
