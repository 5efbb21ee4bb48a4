/**
 * What happened on an account, as its person reads it, and signing out from here a browser that was let in. Reads the
 * audit trail and never another account's part of it; what is written there is up to each use case. Knows no HTTP.
 */
import { ACTIVITY_TYPES, type Activity } from '../shared/protocol/account.ts'
import type { Caller } from './callers.ts'
import type { Deps } from './deps.ts'
import { nextOf, positionOf } from './newest-first.ts'
import type { SignIns } from './sign-ins.ts'
import type { ActivityRow } from './store/rows.ts'

export interface ActivityPage {
  limit: number
  before?: string | undefined
  session_id?: string | undefined
}

type Entry = Activity['activity'][number]

/** What "this was not me" can be said with. */
const REPORTS: ReadonlySet<string> = new Set<Entry['type']>(['denied', 'sign_in_revoked'])

export type Activities = ReturnType<typeof createActivities>

export function createActivities({ store, clock }: Pick<Deps, 'store' | 'clock'>, signIns: SignIns) {
  return {
    /** Newest first. `next` is there when there may be more. */
    async list({ account: { sub } }: Caller, { limit, before, session_id }: ActivityPage): Promise<Activity> {
      const now = clock.now()
      const from = positionOf(before)
      const rows = await store.activity(sub, ACTIVITY_TYPES, { ...from, session_id: session_id ?? null, limit, now })
      const next = nextOf(
        rows.map(({ at }) => at),
        limit,
        from,
      )
      return { activity: rows.map(describe), ...(next !== undefined && { next }) }
    },

    /**
     * Whatever came of that approval ends: an uncollected code, tokens, the site's own sign-in as far as the site listens.
     * Again is the same. False: this account has approved no such session.
     */
    async revoke({ account: { sub }, device }: Caller, session_id: string, report: boolean): Promise<boolean> {
      const from = device && { device_id: device.device_id }
      const by = { type: 'sign_in_revoked', only_sub: sub, ...from, ...(report && { report }) } as const
      if (await signIns.revokeSignIn(session_id, by)) return true
      return store.hasApproved(sub, session_id)
    },
  }
}

/** Only members that are named here leave the record. */
function describe({ type, at, detail, signed_in, ...row }: ActivityRow): Entry {
  const said = (member: string): string | undefined => {
    const value = detail[member]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const entry: Partial<Entry> = {
    session_id: row.session_id ?? undefined,
    client_id: row.client_id ?? undefined,
    site: row.site ?? undefined,
    origin: said('origin'),
    observed_origin: said('observed_origin'),
    resembles: said('resembles'),
    browser: said('browser'),
    os: said('os'),
    ip: said('ip'),
    country: said('country'),
    device_id: row.device_id ?? undefined,
    device_name: row.device_name ?? said('name'),
    reason: said('reason'),
    reported: REPORTS.has(type) && detail.report === true ? true : undefined,
    signed_in: type === 'approved' ? signed_in : undefined,
  }
  const told = Object.entries(entry).filter(([, value]) => value !== undefined)
  return { type, at, ...Object.fromEntries(told) }
}
