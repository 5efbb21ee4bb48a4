/**
 * What earlier versions kept, when a browser had one gateway and one account, brought into the form of state.ts. Pure. The
 * key of that one account keeps its name, which was the same for all.
 */
import type { Site } from '../../shared/protocol/messages.ts'
import type { Problem } from '../messages.ts'
import type { EnabledSite } from '../origins.ts'
import type { Account, Gateway, Stored } from '../state.ts'

const OLD_KEY_NAME = 'device'

/** As `storage.local` had it. */
interface Old {
  gateway?: { issuer: string } | null
  account?: Omit<Account, 'account_id'> | null
  account_ended?: Problem | null
  sites?: Site[]
  enabled?: Omit<EnabledSite, 'issuer'>[]
}

/** Not `enabled`: that name is used still. */
export const OLD_KEYS = ['gateway', 'account', 'account_ended', 'sites'] as const

type New = { gateways: Gateway[]; accounts: Account[] } & Pick<{ enabled: Stored<'enabled'> }, 'enabled'>

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
