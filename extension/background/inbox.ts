/**
 * The account's open claims, kept the same as the gateway's: watched live while somebody looks or something waits,
 * asked for every half minute otherwise. Answers nothing; deciding.ts does.
 */
import { call, type GatewayError } from '../../shared/client/call.ts'
import type { Liveness } from '../../shared/client/follow.ts'
import { watchClaims } from '../../shared/client/watch-approver.ts'
import { ClaimsView } from '../../shared/protocol/messages.ts'
import { browser, type Runtime } from '../browser.ts'
import { type InboxItem, read, update } from '../state.ts'
import { announce, withdraw } from './attention.ts'
import { forgetAccount, loadApprover } from './identity.ts'
import { isOpen, isOver, merge } from './inbox-items.ts'
import { closeOverview, refreshOverview } from './overview.ts'

export const INBOX_ALARM = 'inbox'
const POLL_MINUTES = 0.5

const viewers = new Set<Runtime.Port>()
let watch: AbortController | null = null
let claiming: Promise<unknown> = Promise.resolve()

/** News of the gateway wait for a claim that is being made here: it comes in as ours, with all that is known of it. */
export function whileClaiming<T>(work: Promise<T>): Promise<T> {
  claiming = Promise.allSettled([claiming, work])
  return work
}

/** A popup, scan or options page is open: what it shows is live for as long as its port is. */
export function openView(port: Runtime.Port): void {
  viewers.add(port)
  // Its pings need no answer: that they arrive is what keeps the worker alive.
  port.onMessage.addListener(() => {})
  port.onDisconnect.addListener(() => {
    viewers.delete(port)
    void (viewers.size === 0 ? unseen() : Promise.resolve()).then(attend)
  })
  void attend()
}

/** Brings the watch and the alarm in line with what is kept. Cheap, and called whenever that may have changed. */
export async function attend(): Promise<void> {
  const approver = await loadApprover()
  const waiting = (await read('inbox')).items.some(isOpen)
  if (!approver) {
    stop()
    await browser.alarms.clear(INBOX_ALARM)
    return
  }
  if (!(await browser.alarms.get(INBOX_ALARM))) {
    await browser.alarms.create(INBOX_ALARM, { periodInMinutes: POLL_MINUTES })
  }
  if (viewers.size === 0 && !waiting) return stop()
  if (watch) return
  watch = new AbortController()
  const onView = (view: ClaimsView): void => void receive(view)
  const onLiveness = (liveness: Liveness): void => void update('inbox', (inbox) => ({ ...inbox, liveness }))
  watchClaims(approver.issuer, approver.device_token, { onView, onLiveness, onRefused: refused }, watch.signal)
}

/** One look at the gateway, for when nobody watches. Out of reach is no news: the next alarm asks again. */
export async function poll(): Promise<void> {
  const approver = watch ? null : await loadApprover()
  if (!approver) return
  try {
    await receive(await call(`${approver.issuer}/v1/claims?wait=0`, ClaimsView, { bearer: approver.device_token }))
  } catch (error) {
    if (isEnd(error)) await forgetAccount({ code: 'device_not_found' })
  }
  await attend()
}

/** After the worker's death: an answer that was on its way may or may not have arrived, so it is asked for again. */
export async function recoverInbox(): Promise<void> {
  await update('inbox', (inbox) => ({
    liveness: 'connecting',
    items: inbox.items.map((item) => (item.phase.kind === 'sending' ? { ...item, phase: { kind: 'asking' } } : item)),
  }))
}

export async function updateItems(change: (items: InboxItem[]) => InboxItem[]): Promise<void> {
  await update('inbox', (inbox) => ({ ...inbox, items: change(inbox.items) }))
}

async function receive(view: ClaimsView): Promise<void> {
  await claiming
  const before = (await read('inbox')).items
  const device_id = (await read('account'))?.device_id ?? ''
  await updateItems((items) => merge(items, { ...view, device_id }, Date.now()))
  if (viewers.size === 0) await dropSeen()
  const after = (await read('inbox')).items
  const known = new Set(before.map(({ claim }) => claim.claim_id))
  const news = after.filter((item) => isOpen(item) && !item.mine && !known.has(item.claim.claim_id))
  if (viewers.size === 0) await Promise.all(news.map(announce))
  const open = new Set(after.filter(isOpen).map(({ claim }) => claim.claim_id))
  await Promise.all([...known].filter((claim_id) => !open.has(claim_id)).map(withdraw))
  if (open.size === 0) await attend()
  await refreshOverview()
}

/** What is over has been seen once a viewer was there to see it; what ended unseen is of no interest either. */
const dropSeen = (): Promise<void> => updateItems((items) => items.filter((item) => !isOver(item)))

async function unseen(): Promise<void> {
  await dropSeen()
  await closeOverview()
}

function refused(error: GatewayError): void {
  stop()
  if (isEnd(error)) void forgetAccount({ code: 'device_not_found' }).then(attend)
  else void update('inbox', (inbox) => ({ ...inbox, liveness: 'offline' }))
}

/** The gateway no longer knows this device: it was unlinked from another place. */
const isEnd = (error: unknown): boolean => error instanceof Error && 'status' in error && error.status === 401

function stop(): void {
  watch?.abort()
  watch = null
}
