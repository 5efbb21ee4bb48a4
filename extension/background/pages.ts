/**
 * The login pages that are open: one port each, told apart by what the browser says of the sender and by nothing else.
 * What is kept of them outlives the worker; this list does not need to.
 */
import * as v from 'valibot'
import { parseScanned, type ScannedLink } from '../../shared/protocol/ticket.ts'
import { browser, type Runtime } from '../browser.ts'
import { FromWidget, type ToWidget } from '../messages.ts'
import { type ListedSite, originOf } from '../origins.ts'
import { Refusal } from '../problem.ts'
import { read, update } from '../state.ts'
import { inPrivate } from './identity.ts'
import { change, end, type LoginPage, recordOf, resume, start, tell } from './login-page.ts'
import { enabledSiteAt } from './sites.ts'

const pages = new Map<number, LoginPage>()

/** Serves a widget. Whoever connects has been checked to be our content script in a tab's top document. */
export function openPage(port: Runtime.Port): void {
  const { tab, url } = port.sender ?? {}
  const origin = originOf(url)
  // The background of ordinary windows has their cookies, not a private window's: it cannot sign that one in.
  if (tab?.id === undefined || origin === null || tab.incognito !== inPrivate()) {
    port.postMessage({ type: 'not_here' } satisfies ToWidget)
    return
  }
  const [gone, current] = [new AbortController(), new AbortController()]
  const page: LoginPage = { port, tab_id: tab.id, origin, view_id: '', gone, current }
  let last = Promise.resolve()
  port.onMessage.addListener((message) => {
    last = last.then(() => receive(page, message)).catch((error) => console.error('nod:', error))
  })
  port.onDisconnect.addListener(() => {
    if (pages.get(page.tab_id) === page) pages.delete(page.tab_id)
    void end(page)
  })
}

/** A new code in place of the one that a tab's page has, asked for from the popup. */
export async function renewPage(tab_id: number): Promise<void> {
  const page = pages.get(tab_id)
  if (!page) throw new Refusal({ code: 'interrupted' })
  await renew(page)
}

/** The code that a tab's page shows at this moment. The page must be at `origin`, by the browser's word of just now. */
export async function codeOfPage(tab_id: number, origin: string): Promise<ScannedLink> {
  const page = pages.get(tab_id)
  const record = await recordOf(tab_id)
  const same = page?.origin === origin && record?.view_id === page.view_id && !page.gone.signal.aborted
  const link = same && record.status.kind === 'scan' ? parseScanned(record.status.link) : null
  if (!link) throw new Refusal({ code: 'tab_moved' })
  return link
}

/** Shows the code again that was folded away on a tab's page, and from now on with each visit. */
export async function unfoldPage(tab_id: number): Promise<void> {
  const page = pages.get(tab_id)
  if (!page) throw new Refusal({ code: 'interrupted' })
  await rememberFold(page.origin, false)
  tell(page, { type: 'unfold' })
}

/** Takes the code off pages whose site is no longer switched on. */
export async function leaveSwitchedOff(): Promise<void> {
  for (const page of pages.values()) {
    if (await siteOf(page)) continue
    tell(page, { type: 'not_here' })
    await end(page)
  }
}

/** Forgets the pages of tabs that were closed while no worker was there to notice. */
export async function recoverPages(): Promise<void> {
  const tabs = new Set((await browser.tabs.query({})).map(({ id }) => String(id)))
  await update('pages', (all) => {
    const left = Object.entries(all).filter(([tab_id]) => tabs.has(tab_id))
    return left.length === Object.keys(all).length ? all : Object.fromEntries(left)
  })
}

async function receive(page: LoginPage, message: unknown): Promise<void> {
  const parsed = v.safeParse(FromWidget, message)
  if (!parsed.success || page.gone.signal.aborted) return
  switch (parsed.output.type) {
    case 'hello':
      page.view_id = parsed.output.view_id
      return open(page)
    case 'again':
      return renew(page)
    case 'expelled':
      return change(page, (record) => ({ ...record, expelled: true }))
    case 'moved':
      return move(page)
    case 'fold':
      return rememberFold(page.origin, parsed.output.folded)
    case 'ping':
      return
  }
}

/** Shows a page's session: the one it already has, if this is still the document it was made for, or a new one. */
async function open(page: LoginPage): Promise<void> {
  const listed = await siteOf(page)
  if (!listed) return tell(page, { type: 'not_here' })
  if (page.gone.signal.aborted) return
  const { issuer, site } = listed
  pages.set(page.tab_id, page)
  const folded = (await read('folded')).includes(page.origin)
  tell(page, { type: 'site', name: site.name, folded, ...(site.mount !== undefined && { mount: site.mount }) })
  const record = await recordOf(page.tab_id)
  const same =
    record?.view_id === page.view_id &&
    record.origin === page.origin &&
    record.issuer === issuer &&
    record.client_id === site.client_id
  if (!same || !resume(page, record)) await start(page, listed)
}

/** After the page's router changed the query: most often it is the same login page still, and nothing happens. */
async function move(page: LoginPage): Promise<void> {
  const [listed, record] = [await siteOf(page), await recordOf(page.tab_id)]
  const same = record?.issuer === listed?.issuer && record?.client_id === listed?.site.client_id
  if (!listed || !same) await open(page)
}

async function rememberFold(origin: string, folded: boolean): Promise<void> {
  await update('folded', (all) => [...all.filter((one) => one !== origin), ...(folded ? [origin] : [])])
}

async function renew(page: LoginPage): Promise<void> {
  const listed = await siteOf(page)
  if (listed) await start(page, listed)
  else tell(page, { type: 'not_here' })
}

/**
 * The site whose login page this is now. A page's router changes the address without a new document, and the sender
 * object may still have the one before; the tab has the one of this moment.
 */
async function siteOf(page: LoginPage): Promise<ListedSite | null> {
  const tab = await browser.tabs.get(page.tab_id).catch(() => null)
  return originOf(tab?.url) === page.origin ? enabledSiteAt(tab?.url) : null
}
