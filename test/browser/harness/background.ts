/** Looks into the extension's background as only the browser's owner can: what it keeps, and which secrets are in it. */
import type { Account, Gateway, Inbox, PageRecord } from '../../../extension/state.ts'
import type { Inside, Profile } from './profile.ts'

type Stored = Record<string, unknown>

declare const chrome: { storage: Record<'local' | 'session' | 'sync', { get(key: null): Promise<Stored> }> }

/** The worker or event page; woken by whatever the test has just done, so it is there or will be. */
export const worker = async ({ background }: Profile): Promise<Inside> => background

export interface Kept {
  local: Stored & { gateways?: Gateway[]; accounts?: Account[] }
  session: Stored & { pages?: Record<string, PageRecord>; inbox?: Inbox }
  sync: Stored
}

/** Everything in the extension's storage. */
export const kept = ({ background }: Profile): Promise<Kept> =>
  background.evaluate(async () => ({
    local: await chrome.storage.local.get(null),
    session: await chrome.storage.session.get(null),
    sync: await chrome.storage.sync.get(null),
  }))

/** The devices' tokens, which are with their keys. */
export const tokensOf = ({ background }: Profile): Promise<string[]> => background.evaluate(readTokens)

/** What no page may ever see: the secrets of the sessions that are open now, and the device's own. */
export async function secretsOf(profile: Profile): Promise<string[]> {
  const { session } = await kept(profile)
  const pages = Object.values(session.pages ?? {}).flatMap(({ created }) =>
    created ? [created.poll_secret, created.ticket_key] : [],
  )
  return [...pages, ...(await tokensOf(profile))]
}

async function readTokens(): Promise<string[]> {
  const database = await new Promise<IDBDatabase>((done) => {
    const opening = indexedDB.open('nod')
    opening.onsuccess = () => done(opening.result)
  })
  const all = await new Promise<{ token?: string }[]>((done) => {
    const reading = database.transaction('keys').objectStore('keys').getAll()
    reading.onsuccess = () => done(reading.result)
  })
  database.close()
  return all.flatMap(({ token }) => token ?? [])
}
