/** Looks into the extension's background as only the browser's owner can: what it keeps, and which secrets are in it. */
import type { WebWorker } from 'puppeteer-core'
import type { Account, Inbox, PageRecord } from '../../../extension/state.ts'
import type { Profile } from './profile.ts'

type Stored = Record<string, unknown>

declare const chrome: { storage: Record<'local' | 'session' | 'sync', { get(key: null): Promise<Stored> }> }

/** The worker; woken by whatever the test has just done, so it is there or will be. */
export async function worker({ browser, extension }: Profile): Promise<WebWorker> {
  const ours = `chrome-extension://${extension.id}/`
  const target = await browser.waitForTarget((one) => one.type() === 'service_worker' && one.url().startsWith(ours))
  return (await target.worker())!
}

export interface Kept {
  local: Stored & { account?: Account }
  session: Stored & { pages?: Record<string, PageRecord>; inbox?: Inbox }
  sync: Stored
}

/** Everything in the extension's storage. */
export async function kept(profile: Profile): Promise<Kept> {
  return (await worker(profile)).evaluate(async () => ({
    local: await chrome.storage.local.get(null),
    session: await chrome.storage.session.get(null),
    sync: await chrome.storage.sync.get(null),
  }))
}

/** What no page may ever see: the secrets of the sessions that are open now, and the device's own. */
export async function secretsOf(profile: Profile): Promise<string[]> {
  const { local, session } = await kept(profile)
  const pages = Object.values(session.pages ?? {}).flatMap(({ created }) =>
    created ? [created.poll_secret, created.ticket_key] : [],
  )
  return [...pages, ...(local.account ? [local.account.device_token] : [])]
}
