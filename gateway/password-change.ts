/** A person gives the account another password; whoever was signed in by the old one elsewhere is signed out. Knows no HTTP. */

import type { ChangePasswordRequest } from '../shared/protocol/account.ts'
import type { ErrorCode } from '../shared/protocol/errors.ts'
import type { Caller } from './callers.ts'
import type { Deps } from './deps.ts'
import { isAllowedPassword, isReadablePassword, type Passwords, type Waiter } from './passwords.ts'
import type { PageInfo, WebSessionRow } from './store/rows.ts'

type FreshCaller = Caller & { web_session: WebSessionRow }

export type PasswordChange = ReturnType<typeof createPasswordChange>

export function createPasswordChange({ store, clock, limits }: Deps, passwords: Passwords) {
  /** Without one there is nothing to compare: the sign-in of a moment ago has to be proof enough. */
  async function isRight(
    { account, web_session }: FreshCaller,
    current_password: string | undefined,
    by: Waiter,
  ): Promise<boolean> {
    if (current_password === undefined) return true
    // Counted by the browser, which was let in: who guesses at this name elsewhere on its network shuts it out of nothing.
    const counted = ['wrong_password', web_session.token_hash] as const
    await limits.check(...counted)
    const readable = isReadablePassword(current_password)
    if (readable && (await passwords.matches(account.password_hash, current_password, by))) return true
    await limits.take(...counted)
    return false
  }

  return {
    /**
     * The caller must have signed in afresh, and stays signed in. Throws `too_many_requests` and, when too many
     * passwords are being hashed, `temporarily_unavailable`.
     */
    async change(
      caller: FreshCaller,
      { current_password, new_password }: ChangePasswordRequest,
      from: PageInfo,
    ): Promise<{ ok: true } | { ok: false; reason: ErrorCode }> {
      const { sub } = caller.account
      if (!isAllowedPassword(new_password)) return { ok: false, reason: 'invalid_password' }
      await limits.take('password_by_account', sub)
      const by = { key: sub, known: true }
      if (!(await isRight(caller, current_password, by))) return { ok: false, reason: 'wrong_password' }
      const password_hash = await passwords.hash(new_password, by)
      const { token_hash, device_id } = caller.web_session
      const entry = { at: clock.now(), type: 'password_changed', sub, device_id, detail: { ...from } }
      if (!(await store.setPassword(sub, password_hash, token_hash, entry)))
        return { ok: false, reason: 'sign_in_required' }
      return { ok: true }
    },
  }
}
