/** Accounts as the operator manages them: add, list, disable, remove. Signing in is sign-in.ts. Knows no HTTP. */
import type { ErrorCode } from '../shared/protocol/errors.ts'
import type { Deps } from './deps.ts'
import { cleanLabel } from './labels.ts'
import { createPasswords, isAllowedPassword, type Passwords, type Waiter } from './passwords.ts'
import { randomId } from './secrets.ts'
import type { AccountRow } from './store/rows.ts'
import { checkUsername, usernameKey } from './usernames.ts'

export interface NewAccount {
  username: string
  /** As sites and people see it; the user name unless said. */
  name?: string | undefined
  password: string
}

type Added = { ok: true; account: AccountRow } | { ok: false; reason: ErrorCode; description?: string }

export type Accounts = ReturnType<typeof createAccounts>

export function createAccounts(
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
  passwords: Passwords = createPasswords(),
) {
  const find = (username: string) => store.findAccountByUsername(usernameKey(username))

  return {
    list: () => store.listAccounts(),

    /** `invite_hash`: of the invitation that is spent with it. `by`: who waits for it. */
    async add(
      { username: typed, name, password }: NewAccount,
      { invite_hash, by }: { invite_hash?: string | undefined; by?: Waiter } = {},
    ): Promise<Added> {
      const checked = checkUsername(typed)
      if (!checked.ok) return { ok: false, reason: 'invalid_username', description: `A user name ${checked.problem}.` }
      if (!isAllowedPassword(password)) return { ok: false, reason: 'invalid_password' }
      const { username, username_key } = checked
      const now = clock.now()
      const account: AccountRow = {
        sub: randomId(),
        username,
        username_key,
        name: cleanLabel(name ?? '') || username,
        password_hash: await passwords.hash(password, by),
        inbox_version: 1,
        created_at: now,
        disabled_at: null,
      }
      const entry = {
        at: now,
        type: 'account_created',
        sub: account.sub,
        detail: { invited: invite_hash !== undefined },
      }
      if (invite_hash === undefined) {
        const added = await store.insertAccount(account, entry)
        return added ? { ok: true, account } : { ok: false, reason: 'username_taken' }
      }
      const outcome = await store.insertInvitedAccount(account, { token_hash: invite_hash, now }, entry)
      return outcome === 'inserted' ? { ok: true, account } : { ok: false, reason: outcome }
    },

    /** Nothing of the account works from then on: cookies, devices, tokens, claims. False: there is no such name. */
    async disable(username: string): Promise<boolean> {
      const account = await find(username)
      if (!account) return false
      const now = clock.now()
      return store.disableAccount(account.sub, now, { at: now, type: 'account_disabled', sub: account.sub })
    },

    /** The name is free again; what the account did stays on the record. False: there is no such name. */
    async remove(username: string): Promise<boolean> {
      const account = await find(username)
      if (!account) return false
      const now = clock.now()
      const detail = { username: account.username }
      return store.removeAccount(account.sub, now, { at: now, type: 'account_removed', sub: account.sub, detail })
    },
  }
}
