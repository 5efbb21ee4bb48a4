/**
 * The accounts' open claims, kept the same as their gateways': watched live while somebody looks or something waits,
 * asked for every half minute otherwise. Answers nothing; deciding.ts does.
 */
import { call, type GatewayError } from '../../shared/client/call.ts'
import type { Liveness } from '../../shared/client/follow.ts'
import { watchClaims } from '../../shared/client/watch-approver.ts'
import { ClaimsView } from '../../shared/protocol/messages.ts'
import { browser, type Runtime } from '../browser.ts'
import { PING_SECONDS, type Role } from '../ports.ts'
import { type InboxItem, read, update } from '../state.ts'
import { notify } from './attention.ts'
import { forgetAccount, type Identity, loadApprovers } from './identity.ts'
import { isOpen, isOver, lapse, merge } from './inbox-items.ts'
import { closeOverview, refreshOverview } from './overview.ts'

export const INBOX_ALARM = 'inbox'
const POLL_MINUTES = 0.5

/** The pages of ours that are open and show requests, with what each is. */
const viewers = new Map<Runtime.Port, Role>()
/** By account id. */
const watches = new Map<string, AbortController>()
let claiming: Promise<unknown> = Promise.resolve()

/** News of the gateway wait for a claim that is being made here: it comes in as ours, with all that is known of it. */
export function whileClaiming<T>(work: Promise<T>): Promise<T> {
  claiming = Promise.allSettled([claiming, work])
  return work
}

/** A page of ours is open: what it shows is live for as long as its port is, and the worker lives as long. */
export function openView(port: Runtime.Port, role: Role): void {
  // Its pings need no answer: that they arrive is what keeps the worker alive.
  port.onMessage.addListener(() => {})
  if (role !== 'popup' && role !== 'scan') return
  viewers.set(port, role)
  port.onDisconnect.addListener(() => {
    viewers.delete(port)
    void (viewers.size === 0 ? closeOverview() : Promise.resolve()).then(settle)
  })
}

/** Brings the watches and the alarm in line with what is kept. Cheap, and called whenever that may have changed. */
async function attend(): Promise<void> {
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
  stayAlive(watches.size > 0)
}

let staying: ReturnType<typeof setInterval> | undefined

/** Browsers end a background that calls nothing of theirs for 30 s, and what comes by a socket need not count. */
function stayAlive(stay: boolean): void {
  if (stay === (staying !== undefined)) return
  clearInterval(staying)
  staying = stay ? setInterval(() => void browser.alarms.get(INBOX_ALARM), PING_SECONDS * 1000) : undefined
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

let polling: Promise<void> | null = null

/** One look at each gateway that is not watched. Out of reach is no news: the next alarm asks again. */
export function poll(): Promise<void> {
  polling ??= pollOnce().finally(() => {
    polling = null
  })
  return polling
}

async function pollOnce(): Promise<void> {
  const approvers = await loadApprovers()
  await Promise.all(approvers.filter(({ account_id }) => !watches.has(account_id)).map(look))
  await settle()
}

async function look(approver: Identity): Promise<void> {
  const { account_id, issuer, device_token } = approver
  const asked_at = Date.now()
  try {
    const view = await call(`${issuer}/v1/claims?wait=0`, ClaimsView, { bearer: device_token })
    await receive(approver, view, asked_at)
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

/** Writes nothing where nothing has changed: who looks is told of each writing. */
export async function updateItems(change: (items: InboxItem[]) => InboxItem[]): Promise<void> {
  await update('inbox', (inbox) => {
    const items = change(inbox.items)
    const same = items.length === inbox.items.length && items.every((item, index) => item === inbox.items[index])
    return same ? inbox : { ...inbox, items }
  })
}

/** `said_at`: local epoch milliseconds at which the gateway may have said it at the earliest. */
async function receive({ account_id, device_id }: Identity, view: ClaimsView, said_at = Date.now()): Promise<void> {
  await claiming
  await updateItems((items) => merge(items, { ...view, account_id, device_id }, said_at))
  await settle()
  await refreshOverview()
}

/** What follows from the list as it is now and from who looks at it. */
export async function settle(): Promise<void> {
  const accounts = new Set((await read('accounts')).map(({ account_id }) => account_id))
  // What is over has been seen once a viewer was there to see it; what ended unseen is of no interest either.
  const stays = (item: InboxItem): boolean => accounts.has(item.account_id) && (viewers.size > 0 || !isOver(item))
  await updateItems((items) => lapse(items, Date.now()).filter(stays))
  await notify([...viewers.values()].includes('popup'))
  await attend()
}

function refused(account_id: string, error: GatewayError): void {
  stop(account_id)
  if (isEnd(error)) void forgetAccount(account_id, { code: 'device_not_found' }).then(settle)
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
