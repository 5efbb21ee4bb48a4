/**
 * One login page and its session: started by the site's own sign-in, followed until it ends, and the page taken to the
 * site's callback. The page hears what to show and never a secret.
 */
import { cancelSession, followSession, type PanelStatus } from '../../shared/client/page-session.ts'
import { drawingOf } from '../../shared/ui/qr-matrix.ts'
import { browser, type Runtime } from '../browser.ts'
import type { ToWidget } from '../messages.ts'
import { isSafeUrl, type ListedSite, originOf } from '../origins.ts'
import { Refusal } from '../problem.ts'
import { aged, type PageRecord, read, update } from '../state.ts'
import { setTabBadge } from './attention.ts'
import { failedStatus } from './page-failure.ts'
import { startSession } from './start.ts'

export interface LoginPage {
  port: Runtime.Port
  tab_id: number
  /** The top document's, as the browser told it when the port was opened. */
  origin: string
  /** Tells this document, and this visit of it, from others in the same tab. */
  view_id: string
  /** Aborted once the document is gone or set aside. */
  gone: AbortController
  /** Ends the session that is shown now. */
  current: AbortController
}

/** A new session in place of whatever was there; resolves when it is followed or has failed. */
export async function start(page: LoginPage, { issuer, site }: ListedSite): Promise<void> {
  page.current.abort()
  const mine = new AbortController()
  page.current = mine
  const before = await recordOf(page.tab_id)
  cancel(before)
  const { view_id, origin } = page
  const status: PanelStatus = { kind: 'starting' }
  const expelled = before?.view_id === view_id && before.expelled
  const fresh = { view_id, origin, issuer, client_id: site.client_id, site_name: site.name, expelled, status }
  await keep(page, { ...fresh, created: null, received_at: 0 })
  tellStatus(page, status)
  try {
    const created = await startSession({ issuer, site }, page.origin, await read('enabled'))
    const record: PageRecord = { ...fresh, created, received_at: Date.now() }
    // The page went away, or asked again, while the site was answering.
    if (mine.signal.aborted) return cancel(record)
    await keep(page, record)
    follow(page, record)
  } catch (error) {
    if (!mine.signal.aborted) await show(page, failedStatus(error))
  }
}

const RUNNING: ReadonlySet<PanelStatus['kind']> = new Set(['starting', 'scan', 'released', 'claimed', 'approved'])

/** The session that this page had before the worker died. False when there is nothing to go on with. */
export function resume(page: LoginPage, record: PageRecord): boolean {
  const running = RUNNING.has(record.status.kind)
  if (running && !record.created) return false
  tellStatus(page, record.status)
  if (running) follow(page, record)
  return true
}

/** Ends what a page that is gone was waiting for. */
export async function end(page: LoginPage): Promise<void> {
  page.gone.abort()
  page.current.abort()
  const record = await recordOf(page.tab_id)
  if (record?.view_id !== page.view_id) return
  cancel(record)
  await forget(page)
}

export const recordOf = async (tab_id: number): Promise<PageRecord | undefined> => (await read('pages'))[tab_id]

/** Changes the page's record, unless the tab has moved on to another document. */
export async function change(page: LoginPage, edit: (record: PageRecord) => PageRecord): Promise<void> {
  await update('pages', (all) => {
    const record = all[page.tab_id]
    return record?.view_id === page.view_id ? { ...all, [page.tab_id]: edit(record) } : all
  })
}

export function tell({ port }: LoginPage, message: ToWidget): void {
  // A port whose page has just gone throws; its onDisconnect does what is left to do.
  try {
    port.postMessage(message)
  } catch {}
}

/** With the code as a picture: to compute it takes longer than the page's main thread should be kept. */
function tellStatus(page: LoginPage, status: PanelStatus): void {
  tell(page, { type: 'status', status, ...(status.kind === 'scan' && { drawing: drawingOf(status.link) }) })
}

function follow(page: LoginPage, { created, received_at, status, issuer }: PageRecord): void {
  if (!created) return
  const { signal } = page.current
  // What was seen last is shown until the gateway has said what is true now.
  const seen = status.kind === 'claimed' ? { ...status, state: 'claimed' as const } : {}
  const handlers = {
    onStatus: (next: PanelStatus) => void (signal.aborted || show(page, next)),
    onRedirect: (url: string) => void (signal.aborted || leave(page, url)),
  }
  followSession(issuer, { ...aged(created, received_at), ...seen }, handlers, signal)
}

/** Takes the tab to the site's callback, if the document that asked is still the one in it. */
async function leave(page: LoginPage, url: string): Promise<void> {
  if (!isSafeUrl(url)) return show(page, failedStatus(new Refusal({ code: 'not_a_gateway' })))
  const tab = await browser.tabs.get(page.tab_id).catch(() => null)
  if (page.gone.signal.aborted || originOf(tab?.url) !== page.origin) return
  page.current.abort()
  await forget(page)
  await browser.tabs.update(page.tab_id, { url })
}

/** Where a refusal leads carries the site's `state`, and the widget does not lead anywhere: it stays here. */
async function show(page: LoginPage, said: PanelStatus): Promise<void> {
  const status: PanelStatus = said.kind === 'denied' ? { kind: 'denied' } : said
  tellStatus(page, status)
  await change(page, (record) => ({ ...record, status }))
}

function cancel(record: PageRecord | undefined): void {
  if (record?.created) cancelSession(record.issuer, record.created.session_id, record.created.poll_secret)
}

async function keep(page: LoginPage, record: PageRecord): Promise<void> {
  if (!page.gone.signal.aborted) await update('pages', (all) => ({ ...all, [page.tab_id]: record }))
}

async function forget({ tab_id, view_id }: LoginPage): Promise<void> {
  await update('pages', (all) => {
    const others = Object.entries(all).filter(([id, record]) => id !== String(tab_id) || record.view_id !== view_id)
    return Object.fromEntries(others)
  })
  await setTabBadge(tab_id, null)
}
