/**
 * A person makes an account: where anybody may, or with an invitation, and is signed in with it. Whether a name is taken
 * is told only to who may have one. Knows no HTTP and sets no cookie.
 */

import type { SignUpRequest } from '../shared/protocol/account.ts'
import type { ErrorCode } from '../shared/protocol/errors.ts'
import type { Accounts } from './accounts.ts'
import { networkOf } from './address.ts'
import type { Deps } from './deps.ts'
import { hash } from './secrets.ts'
import type { SignedIn, SignIn } from './sign-in.ts'
import type { PageInfo } from './store/rows.ts'

type Refused = { ok: false; reason: ErrorCode; description?: string }

export type SignUp = ReturnType<typeof createSignUp>

export function createSignUp({ config, store, clock, limits }: Deps, accounts: Accounts, signIn: SignIn) {
  const { registration } = config

  /** Whether this person may make an account, and what they spend for it. */
  async function admit(invite: string | undefined): Promise<{ ok: true; invite_hash?: string } | Refused> {
    if (invite === undefined) {
      if (registration === 'open') return { ok: true }
      return { ok: false, reason: registration === 'closed' ? 'registration_closed' : 'invite_required' }
    }
    const invite_hash = hash(invite)
    const found = await store.findInvite(invite_hash, clock.now())
    // The first account is the operator's, who was told the link by the gateway itself.
    if (registration === 'closed' && found?.kind !== 'setup') return { ok: false, reason: 'registration_closed' }
    return found ? { ok: true, invite_hash } : { ok: false, reason: 'invite_over' }
  }

  return {
    /** Throws `too_many_requests` and, when too many passwords are being hashed, `temporarily_unavailable`. */
    async signUp(
      { invite, ...wanted }: SignUpRequest,
      at: { from: PageInfo; earlier_token: string | null },
    ): Promise<SignedIn | Refused> {
      const network = networkOf(at.from.ip)
      await limits.take('sign_up_by_ip', network)
      const admitted = await admit(invite)
      if (!admitted.ok) return admitted
      const by = { key: network, known: false }
      const added = await accounts.add(wanted, { invite_hash: admitted.invite_hash, by })
      return added.ok ? signIn.open(added.account, at) : added
    },
  }
}
