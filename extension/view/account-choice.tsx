/** For which account something is done: said where there is one, chosen where there are more. */
import { useId } from 'preact/hooks'
import { useText } from '../../shared/ui/text.ts'
import type { Account } from '../state.ts'
import { nameAt } from './name-at.ts'

interface AccountChoiceProps {
  accounts: readonly Account[]
  chosen: string
  onChoose(account_id: string): void
}

export function AccountChoice({ accounts, chosen, onChoose }: AccountChoiceProps) {
  const t = useText()
  const id = useId()
  const [only] = accounts
  if (!only) return null
  if (accounts.length === 1) return <p class="x-choice-one">{t('account_for', { account: nameAt(t, only) })}</p>
  return (
    <div class="x-choice">
      <label for={id}>{t('account_choice')}</label>
      <select
        id={id}
        class="nod-input x-select"
        value={chosen}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {accounts.map((account) => (
          <option key={account.account_id} value={account.account_id}>
            {nameAt(t, account)}
          </option>
        ))}
      </select>
    </div>
  )
}

/** The account that was chosen, as long as it is there, or else the default one. */
export const chosenOf = (accounts: readonly Account[], chosen: string | null): Account | undefined =>
  accounts.find(({ account_id }) => account_id === chosen) ?? accounts[0]
