/**
 * What earlier versions kept, brought into the form of state.ts: one gateway and one account, whose key keeps the name that
 * was the same for all; then several, each with its token beside it. Pure.
 */
import type { Site } from '../../shared/protocol/messages.ts'
import type { Problem } from '../messages.ts'
import type { EnabledSite } from '../origins.ts'
import type { Account, Gateway, Stored } from '../state.ts'

const OLD_KEY_NAME = 'device'

/** A token was here once; it lies with its key now. */
type OldAccount = Account & { device_token?: string }

/** As `storage.local` had it. */
interface Old {
  gateway?: { issuer: string } | null
  account?: Omit<OldAccount, 'account_id'> | null
  account_ended?: Problem | null
  sites?: Site[]
  enabled?: Omit<EnabledSite, 'issuer'>[]
}

/** Not `enabled`: that name is used still. */
export const OLD_KEYS = ['gateway', 'account', 'account_ended', 'sites'] as const

type New = { gateways: Gateway[]; accounts: OldAccount[] } & Pick<{ enabled: Stored<'enabled'> }, 'enabled'>

/** Null where there is nothing of the old form. An account that had ended is not kept: nobody wrote down whose it was. */
export function broughtForward(stored: Record<string, unknown>): New | null {
  if (!OLD_KEYS.some((key) => Object.hasOwn(stored, key))) return null
  const { gateway, account, sites = [], enabled = [] } = stored as Old
  return {
    gateways: gateway ? [{ issuer: gateway.issuer, sites, sites_problem: null }] : [],
    accounts: account ? [{ account_id: OLD_KEY_NAME, ...account }] : [],
    enabled: gateway ? enabled.map((site) => ({ issuer: gateway.issuer, ...site })) : [],
  }
}

/** Accounts as they are kept today, and the tokens that were among them, by account id. */
export function tokensApart(accounts: readonly OldAccount[]): { accounts: Account[]; tokens: Map<string, string> } {
  const tokens = new Map<string, string>()
  const bare = accounts.map(({ device_token, ...account }) => {
    if (device_token !== undefined) tokens.set(account.account_id, device_token)
    return account
  })
  return { accounts: bare, tokens }
}
