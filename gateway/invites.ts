/**
 * Links with which a person makes an account: given by the operator, or by an empty gateway for its first account. Each
 * works once; its token is behind the `#`, so that no server sees it on the way. Knows no HTTP.
 */
import type { Deps } from './deps.ts'
import { hash, randomSecret } from './secrets.ts'
import type { InviteRow } from './store/rows.ts'

/** Seconds: seven days, and half an hour for the first account, which nobody was asked to wait for. */
const LIFE = { invite: 7 * 86_400, setup: 1800 } as const

export interface Invite {
  link: string
  /** Epoch seconds. */
  expires_at: number
}

export type Invites = ReturnType<typeof createInvites>

export function createInvites({ config, store, clock }: Pick<Deps, 'config' | 'store' | 'clock'>) {
  async function make(kind: InviteRow['kind']): Promise<Invite> {
    const token = randomSecret()
    const created_at = clock.now()
    const expires_at = created_at + LIFE[kind]
    await store.insertInvite({ token_hash: hash(token), kind, created_at, expires_at })
    return { link: `${config.issuer}/sign-up#${token}`, expires_at }
  }

  return {
    /** Whether a gateway with these settings lets an invited person in. */
    areTaken: config.registration !== 'closed',

    create: (): Promise<Invite> => make('invite'),

    /** For the first account, whatever the settings say of registration. Null: there is one already. */
    createSetup: async (): Promise<Invite | null> => ((await store.hasAccounts()) ? null : make('setup')),
  }
}
