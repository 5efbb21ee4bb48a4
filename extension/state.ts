/**
 * What the extension keeps, where, and in which form. Written by the background alone; its pages read it and are told of
 * changes, so a page that opens, dies and opens again has nothing to lose. The accounts' keys and tokens are not here but
 * in IndexedDB, where no content script reaches and no key can be exported.
 */

import type { Liveness } from '../shared/client/follow.ts'
import type { PanelStatus } from '../shared/client/page-session.ts'
import type { SignIn } from '../shared/protocol/account.ts'
import type { Claim, Device, Site } from '../shared/protocol/messages.ts'
import type { SessionCreated } from '../shared/protocol/session-messages.ts'
import type { ScannedLink } from '../shared/protocol/ticket.ts'
import type { ApprovalPhase } from '../shared/ui/approval-card.tsx'
import { browser } from './browser.ts'
import type { Problem } from './messages.ts'
import type { EnabledSite } from './origins.ts'

/** A gateway that this browser belongs to, with its list of sites as it was last read and why it could not be read since. */
export interface Gateway {
  issuer: string
  sites: Site[]
  sites_problem: Problem | null
}

/** An account that this browser answers for. */
export interface Account {
  /** Made here, so that no gateway can name another's account; the name of its key, and of the token with it, too. */
  account_id: string
  issuer: string
  sub: string
  username: string
  name: string
  device_id: string
}

/** An account that this browser no longer answers for, when that was not its person's doing. */
export interface EndedLink extends Pick<Account, 'issuer' | 'sub' | 'username' | 'name'> {
  problem: Problem
}

/** A running link ceremony, or how the last one ended. */
export interface Linking {
  /** Of the account that would come of it. */
  account_id: string
  issuer: string
  link_id: string
  link_secret: string
  link_uri: string
  phrase: string
  /** Local epoch milliseconds. */
  ends_at: number
  state: 'pending' | 'refused' | 'expired' | 'failed'
  problem?: Problem
}

/** What the browser, and nobody else, said of the tab in which a code was seen. */
export interface Observation {
  tab_id: number
  origin: string
  document: string
}

/** Where a code came from, as far as this browser knows. */
export interface Provenance {
  observed?: Observation | undefined
  /** As a link or a picture, which can be sent around; not seen on a screen or read from one. */
  carried?: boolean | undefined
}

/** A code that is being taken: after the worker's death it is taken once more, which is the same claim. */
export interface Taking {
  link: ScannedLink
  /** The account that was chosen. */
  account_id: string | undefined
  provenance: Provenance
  /** Local epoch milliseconds. */
  began_at: number
}

/** As the card has it, but for the words of a failure, which are the page's. */
export type Phase = Exclude<ApprovalPhase, { kind: 'failed' }> | { kind: 'failed'; problem: Problem; retry: boolean }

/** One claim and no other: its id is its gateway's, and another gateway may use the same. */
export interface ClaimRef {
  account_id: string
  claim_id: string
}

export interface InboxItem extends Provenance {
  account_id: string
  claim: Claim
  /** Local epoch milliseconds: when `claim.now` was true. */
  received_at: number
  phase: Phase
  /** Claimed from this browser, so its person already knows. */
  mine: boolean
  /** Its person has been told of it, by a notification or by a popup that was open. */
  told?: boolean
}

export interface Inbox {
  items: InboxItem[]
  /** By account id, of those that are watched. */
  liveness: Record<string, Liveness>
}

/** What one account has, while a popup shows it; what was read stays to be seen when a later reading fails. */
export interface Overview {
  account_id: string
  state: 'loading' | 'there' | 'failed'
  devices: Device[]
  sign_ins: SignIn[]
  problem: Problem | null
}

/** The session of the login page in one tab. `created` holds its secrets: never sent to the widget. */
export interface PageRecord {
  view_id: string
  origin: string
  issuer: string
  client_id: string
  site_name: string
  created: SessionCreated | null
  /** Local epoch milliseconds: when `created.now` was true. */
  received_at: number
  status: PanelStatus
  /** The page keeps removing the widget, so the popup shows the code instead. */
  expelled: boolean
}

/** A picture that its person pointed at is being read, or could not be. */
export type Reading = { state: 'reading' } | { state: 'failed'; problem: Problem }

interface Kept {
  gateways: Gateway[]
  /** The first is the default one: it answers what several of them could, unless its person chooses another. */
  accounts: Account[]
  ended: EndedLink[]
  enabled: EnabledSite[]
  /** Origins where the person has folded the code away. */
  folded: string[]
  linking: Linking | null
  inbox: Inbox
  taking: Taking | null
  /** Which of this browser's cameras its person has chosen. */
  camera: { device_id: string } | null
  reading: Reading | null
  overview: Overview | null
  /** By tab id. */
  pages: Record<string, PageRecord>
}
export type Key = keyof Kept
export type Stored<K extends Key> = Kept[K]

/** `session` lives in memory until the browser or the extension ends. Firefox's content scripts can read `local`: no secrets there. */
const AREA: Record<Key, 'local' | 'session'> = {
  gateways: 'local',
  accounts: 'local',
  ended: 'local',
  enabled: 'local',
  folded: 'local',
  linking: 'session',
  inbox: 'session',
  taking: 'session',
  camera: 'local',
  reading: 'session',
  overview: 'session',
  pages: 'session',
}

const EMPTY: Kept = {
  gateways: [],
  accounts: [],
  ended: [],
  enabled: [],
  folded: [],
  linking: null,
  inbox: { items: [], liveness: {} },
  taking: null,
  camera: null,
  reading: null,
  overview: null,
  pages: {},
}

export async function read<K extends Key>(key: K): Promise<Stored<K>> {
  const found = await browser.storage[AREA[key]].get(key)
  return (found[key] as Stored<K> | undefined) ?? EMPTY[key]
}

let last: Promise<unknown> = Promise.resolve()

/** Reads, changes and writes one key; changes wait for each other, so none is lost. Returns what was written. */
export function update<K extends Key>(key: K, change: (now: Stored<K>) => Stored<K>): Promise<Stored<K>> {
  const next = last.then(async () => {
    const before = await read(key)
    const after = change(before)
    if (after !== before) await browser.storage[AREA[key]].set({ [key]: after })
    return after
  })
  last = next.catch(() => {})
  return next
}

export const write = <K extends Key>(key: K, value: Stored<K>): Promise<Stored<K>> => update(key, () => value)

/** Brings what an earlier version kept into today's form, in one writing, before anything else is read. Again is the same. */
export async function bringForward(
  old_keys: readonly string[],
  brought: (stored: Record<string, unknown>) => Partial<Kept> | null,
): Promise<void> {
  const fresh = brought(await browser.storage.local.get([...old_keys, 'enabled']))
  if (!fresh) return
  await browser.storage.local.set(fresh)
  await browser.storage.local.remove([...old_keys])
}

/** Calls back with each key that was written, by any part of the extension, until the signal ends it. */
export function onChange(listener: (key: Key) => void, signal?: AbortSignal): void {
  const heard = (changes: Record<string, unknown>, area: string): void => {
    for (const key of Object.keys(changes)) {
      if (Object.hasOwn(AREA, key) && AREA[key as Key] === area) listener(key as Key)
    }
  }
  browser.storage.onChanged.addListener(heard)
  signal?.addEventListener('abort', () => browser.storage.onChanged.removeListener(heard))
}

/** What the gateway said at `received_at` (local epoch milliseconds), with its clock moved on to this moment. */
export const aged = <T extends { now: number }>(said: T, received_at: number): T => ({
  ...said,
  now: said.now + Math.max(0, Math.floor((Date.now() - received_at) / 1000)),
})

/** Content scripts may read `storage.local` unless told otherwise. Firefox has no such switch, so no secret is there. */
export async function keepFromContentScripts(): Promise<void> {
  const area = browser.storage.local as { setAccessLevel?: (level: { accessLevel: string }) => Promise<void> }
  await area.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' })
}
