/** An account as its person can tell it from their others: with the gateway that it is at. */
import { accountName } from '../../shared/ui/account-name.ts'
import { siteName } from '../../shared/ui/site-name.ts'
import type { Translate } from '../../shared/ui/text.ts'
import type { Account } from '../state.ts'

export const nameAt = (t: Translate, account: Pick<Account, 'issuer' | 'username' | 'name'>): string =>
  t('account_at', { account: accountName(account), gateway: siteName(account.issuer).text })
