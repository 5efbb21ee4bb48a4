/** The account as its own devices and pages watch it: who it is, and a version that grows with all it sees. Knows no HTTP. */
import type { AccountView } from '../shared/protocol/account.ts'
import type { Deps } from './deps.ts'
import { NodError } from './error.ts'

export type AccountViews = ReturnType<typeof createAccountViews>

export function createAccountViews({ store, clock }: Pick<Deps, 'store' | 'clock'>) {
  return {
    /** Throws `unauthorized` when there is no such account any more. */
    async view(sub: string): Promise<AccountView> {
      const account = await store.findAccount(sub)
      if (!account) throw new NodError('unauthorized')
      return {
        epoch: store.epoch,
        version: account.inbox_version,
        now: clock.now(),
        username: account.username,
        name: account.name,
        has_password: account.password_hash !== null,
      }
    },
  }
}
