/**
 * Sign-ins at sites, and their end from here: tokens are revoked and the site is told. Who may end which is for the
 * caller to say; how sites are told is logout-notices.ts. Knows no HTTP.
 */
import type { Deps } from './deps.ts'
import type { Sessions } from './sessions.ts'

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
