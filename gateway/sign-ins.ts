/**
 * Sign-ins at sites, and their end from here: tokens are revoked and the site is told. Who may end which is for the
 * caller to say; how sites are told is logout-notices.ts. Knows no HTTP.
 */
import type { SignIn, SignInList } from '../shared/protocol/account.ts'
import type { Deps } from './deps.ts'
import { nextOf, positionOf } from './newest-first.ts'
import type { Sessions } from './sessions.ts'
import type { ListedSignInRow } from './store/rows.ts'

/** Seconds for which a sign-in that was ended is still listed, so that its person sees how that went. */
const SHOWN_ENDED_SECONDS = 600

export interface Revocation {
  /** How it goes on the record. */
  type: 'code_reused' | 'logged_out' | 'sign_in_revoked'
  /** Only a sign-in of this account: that of another is not there. */
  only_sub?: string
  /** The device that asked for it. */
  device_id?: string
  /** "This was not me" was said with it. */
  report?: boolean
  /** Whether the site is told; default true. False where the site itself asked. */
  tell?: boolean
}

export type SignIns = ReturnType<typeof createSignIns>

export function createSignIns({ store, clock }: Pick<Deps, 'store' | 'clock'>, sessions: Sessions) {
  /** An approval that nobody has collected is taken back: its code is worth nothing then. */
  async function takeBack(session_id: string, { type, only_sub, device_id, report }: Revocation): Promise<boolean> {
    const session = await store.findSession(session_id)
    if (session?.state !== 'approved' || (only_sub !== undefined && session.claim_sub !== only_sub)) return false
    const moved = await sessions.move(session, { type: 'revoke' }, () => ({
      audit: { type, sub: session.claim_sub, device_id: device_id ?? null, detail: { report } },
    }))
    return moved.ok
  }

  return {
    /** The browsers that this account let in and has not signed out, newest first, and those it has a moment ago. */
    async list(sub: string, { limit, before }: { limit: number; before?: string | undefined }): Promise<SignInList> {
      const now = clock.now()
      const from = positionOf(before)
      const rows = await store.listSignIns(sub, { ...from, limit, now, ended_since: now - SHOWN_ENDED_SECONDS })
      const next = nextOf(
        rows.map(({ signed_in_at }) => signed_in_at),
        limit,
        from,
      )
      return { sign_ins: rows.map(describe), ...(next !== undefined && { next }) }
    },

    bySid: (sid: string) => store.findSignInBySid(sid),

    /**
     * Ends what the session led to, in one commit: its code or its tokens are void, and its site is told (OpenID Connect
     * Back-Channel Logout). Ending it twice is ending it once. False: there is no such sign-in, or not of `only_sub`.
     */
    async revokeSignIn(session_id: string, by: Revocation): Promise<boolean> {
      if (await takeBack(session_id, by)) return true
      const { type, only_sub = null, device_id = null, report, tell = true } = by
      const now = clock.now()
      return store.endSignIn(session_id, { now, tell, only_sub }, { at: now, type, device_id, detail: { report } })
    },
  }
}

function describe({ page, ...row }: ListedSignInRow): SignIn {
  const { origin, country } = page
  return {
    session_id: row.session_id,
    client_id: row.client_id,
    ...(row.site !== null && { site: row.site }),
    ...(origin && { origin }),
    browser: page.browser,
    os: page.os,
    ip: page.ip,
    ...(country && { country }),
    signed_in_at: row.signed_in_at,
    ...(row.device_name !== null && { device_name: row.device_name }),
    ...(row.ended_at !== null && { ended_at: row.ended_at }),
    ...(row.notice !== null && { notice: row.notice }),
  }
}
