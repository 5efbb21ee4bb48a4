/**
 * The accounts' open claims, kept the same as their gateways': watched live while somebody looks or something waits,
 * asked for every half minute otherwise. Answers nothing; deciding.ts does.
 */
import { call, type GatewayError } from '../../shared/client/call.ts'
import type { Liveness } from '../../shared/client/follow.ts'
import { watchClaims } from '../../shared/client/watch-approver.ts'
import { ClaimsView } from '../../shared/protocol/messages.ts'
import { browser, type Runtime } from '../browser.ts'
import { type InboxItem, read, update } from '../state.ts'
import { announce, withdraw } from './attention.ts'
import { forgetAccount, type Identity, loadApprovers } from './identity.ts'
import { is, isOpen, isOver, merge } from './inbox-items.ts'
import { closeOverview, refreshOverview } from './overview.ts'

export const INBOX_ALARM = 'inbox'
const POLL_MINUTES = 0.5

const viewers = new Set<Runtime.Port>()
/** By account id. */
const watches = new Map<string, AbortController>()
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

/** Brings the watches and the alarm in line with what is kept. Cheap, and called whenever that may have changed. */
export async function attend(): Promise<void> {
  const approvers = await loadApprovers()
  const waiting = (await read('inbox')).items.some(isOpen)
  if (approvers.length === 0) await browser.alarms.clear(INBOX_ALARM)
  else if (!(await browser.alarms.get(INBOX_ALARM))) {
    await browser.alarms.create(INBOX_ALARM, { periodInMinutes: POLL_MINUTES })
  }
  const watched = viewers.size > 0 || waiting ? approvers : []
  const ids = new Set(watched.map(({ account_id }) => account_id))
  for (const account_id of watches.keys()) if (!ids.has(account_id)) stop(account_id)
  for (const approver of watched) if (!watches.has(approver.account_id)) watch(approver)
}

function watch(approver: Identity): void {
  const { account_id, issuer, device_token } = approver
  const watching = new AbortController()
  watches.set(account_id, watching)
  const onView = (view: ClaimsView): void => void receive(approver, view)
  const onLiveness = (liveness: Liveness): void => void setLiveness(account_id, liveness)
  const onRefused = (error: GatewayError): void => refused(account_id, error)
  watchClaims(issuer, device_token, { onView, onLiveness, onRefused }, watching.signal)
}

/** One look at each gateway that is not watched. Out of reach is no news: the next alarm asks again. */
export async function poll(): Promise<void> {
  const approvers = await loadApprovers()
  await Promise.all(approvers.filter(({ account_id }) => !watches.has(account_id)).map(look))
  await attend()
}

async function look(approver: Identity): Promise<void> {
  const { account_id, issuer, device_token } = approver
  try {
    await receive(approver, await call(`${issuer}/v1/claims?wait=0`, ClaimsView, { bearer: device_token }))
  } catch (error) {
    if (isEnd(error)) await forgetAccount(account_id, { code: 'device_not_found' })
  }
}

/** After the worker's death: an answer that was on its way may or may not have arrived, so it is asked for again. */
export async function recoverInbox(): Promise<void> {
  await update('inbox', (inbox) => ({
    liveness: {},
    items: inbox.items.map((item) => (item.phase.kind === 'sending' ? { ...item, phase: { kind: 'asking' } } : item)),
  }))
}

export async function updateItems(change: (items: InboxItem[]) => InboxItem[]): Promise<void> {
  await update('inbox', (inbox) => ({ ...inbox, items: change(inbox.items) }))
}

async function receive({ account_id, device_id }: Identity, view: ClaimsView): Promise<void> {
  await claiming
  const before = (await read('inbox')).items
  await updateItems((items) => merge(items, { ...view, account_id, device_id }, Date.now()))
  if (viewers.size === 0) await dropSeen()
  const after = (await read('inbox')).items.filter(isOpen)
  const is_news = (item: InboxItem): boolean => !item.mine && !before.some(same(item))
  if (viewers.size === 0) await Promise.all(after.filter(is_news).map(announce))
  await Promise.all(before.filter((item) => !after.some(same(item))).map(withdraw))
  if (after.length === 0) await attend()
  await refreshOverview()
}

const same = ({ account_id, claim }: InboxItem) => is({ account_id, claim_id: claim.claim_id })

/** What is over has been seen once a viewer was there to see it; what ended unseen is of no interest either. */
const dropSeen = (): Promise<void> => updateItems((items) => items.filter((item) => !isOver(item)))

async function unseen(): Promise<void> {
  await dropSeen()
  await closeOverview()
}

function refused(account_id: string, error: GatewayError): void {
  stop(account_id)
  if (isEnd(error)) void forgetAccount(account_id, { code: 'device_not_found' }).then(attend)
  else void setLiveness(account_id, 'offline')
}

/** The gateway no longer knows this device: it was unlinked from another place. */
const isEnd = (error: unknown): boolean => error instanceof Error && 'status' in error && error.status === 401

const setLiveness = (account_id: string, liveness: Liveness): Promise<unknown> =>
  update('inbox', (inbox) => ({ ...inbox, liveness: { ...inbox.liveness, [account_id]: liveness } }))

function stop(account_id: string): void {
  watches.get(account_id)?.abort()
  watches.delete(account_id)
}
