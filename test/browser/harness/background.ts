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

/** What no page may ever see: the secrets of the sessions that are open now, and the device's own. */
export async function secretsOf(profile: Profile): Promise<string[]> {
  const { local, session } = await kept(profile)
  const pages = Object.values(session.pages ?? {}).flatMap(({ created }) =>
    created ? [created.poll_secret, created.ticket_key] : [],
  )
  return [...pages, ...(local.accounts ?? []).map(({ device_token }) => device_token)]
}
