/**
 * The sites whose login pages get a code: listed by the gateway, switched on one by one by the person, granted by the
 * browser. The list alone never puts anything into a page; nor does a grant without the switch.
 */
import { call } from '../../shared/client/call.ts'
import { type Site, SiteList } from '../../shared/protocol/messages.ts'
import { browser } from '../browser.ts'
import { agreedOrigins, hostPattern, isSafeUrl, originOf, siteAt } from '../origins.ts'
import { Refusal, toProblem } from '../problem.ts'
import { read, update, write } from '../state.ts'

const SCRIPT_ID = 'widget'

/** Reads the gateway's list again. A failure is kept for the options page; the list stays as it was. */
export async function refreshSites(): Promise<void> {
  const gateway = await read('gateway')
  if (!gateway) return
  const account = await read('account')
  const bearer = account?.issuer === gateway.issuer ? { bearer: account.device_token } : {}
  try {
    const { sites } = await call(`${gateway.issuer}/v1/sites`, SiteList, bearer)
    await write('sites', sites)
    await write('sites_problem', null)
  } catch (error) {
    await write('sites_problem', toProblem(error))
  }
  await syncScripts()
}

/** Turns a site on or off. On: for its origins of this moment; ones that the gateway adds later need a new yes. */
export async function switchSite(client_id: string, on: boolean): Promise<void> {
  if (on) {
    const site = (await read('sites')).find((one) => one.client_id === client_id)
    if (!site) throw new Refusal({ code: 'unknown_client' })
    if (!site.origins.every(isSafeUrl)) throw new Refusal({ code: 'unsafe_site' })
    const granted = await browser.permissions.contains({ origins: patternsOf(site.origins) })
    if (!granted) throw new Refusal({ code: 'permission_needed', values: { host: site.name } })
    await update('enabled', (enabled) => [...without(enabled, client_id), { client_id, origins: site.origins }])
    await syncScripts()
    await enterOpenTabs(site)
  } else {
    const before = await read('enabled')
    await update('enabled', (enabled) => without(enabled, client_id))
    await syncScripts()
    await giveBack(before.flatMap(({ origins }) => origins))
  }
}

export async function switchAllOff(): Promise<void> {
  const before = await read('enabled')
  await write('enabled', [])
  await write('sites', [])
  await syncScripts()
  await giveBack(before.flatMap(({ origins }) => origins))
}

/** Returns to the browser those permissions among these origins' that nothing needs any more. */
export async function giveBack(origins: readonly string[]): Promise<void> {
  const gateway = await read('gateway')
  const enabled = await read('enabled')
  const needed = patternsOf([...enabled.flatMap((one) => one.origins), ...(gateway ? [gateway.issuer] : [])])
  const idle = patternsOf(origins).filter((pattern) => !needed.includes(pattern))
  if (idle.length > 0) await browser.permissions.remove({ origins: idle })
}

/** The switched-on site whose login page this address is. */
export const enabledSiteAt = async (address: string | undefined): Promise<Site | null> =>
  siteAt(address, await read('sites'), await read('enabled'))

/** Registers the content script for exactly the hosts that are switched on, listed and granted. */
export async function syncScripts(): Promise<void> {
  const enabled = await read('enabled')
  const wanted = patternsOf((await read('sites')).flatMap((site) => agreedOrigins(site, enabled)))
  const granted = await Promise.all(wanted.map((pattern) => browser.permissions.contains({ origins: [pattern] })))
  const matches = wanted.filter((_, index) => granted[index])
  const registered = await browser.scripting.getRegisteredContentScripts({ ids: [SCRIPT_ID] })
  if (matches.length === 0) {
    if (registered.length > 0) await browser.scripting.unregisterContentScripts({ ids: [SCRIPT_ID] })
    return
  }
  const script = { id: SCRIPT_ID, js: ['widget.js'], matches, runAt: 'document_idle' as const, allFrames: false }
  if (registered.length > 0) await browser.scripting.updateContentScripts([script])
  else await browser.scripting.registerContentScripts([{ ...script, persistAcrossSessions: true }])
}

const patternsOf = (origins: readonly string[]): string[] => [...new Set(origins.map(hostPattern))]

type Enabled = Awaited<ReturnType<typeof read<'enabled'>>>

const without = (enabled: Enabled, client_id: string): Enabled => enabled.filter((one) => one.client_id !== client_id)

/** A person who has just switched a site on finds the code on the page that they came from, without loading it again. */
async function enterOpenTabs(site: Site): Promise<void> {
  const tabs = await browser.tabs.query({ url: patternsOf(site.origins) })
  const here = tabs.filter(({ id, url }) => id !== undefined && site.origins.includes(originOf(url) ?? ''))
  const enter = (tabId: number) => browser.scripting.executeScript({ target: { tabId }, files: ['widget.js'] })
  // A tab that shows an error page takes no script; it gets one when it is loaded again.
  await Promise.allSettled(here.map(({ id }) => enter(id ?? 0)))
}
