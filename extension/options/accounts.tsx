/** The accounts that this browser answers for at one gateway, and those that it no longer does and why. */
import { accountName } from '../../shared/ui/account-name.ts'
import { Row } from '../../shared/ui/rows.tsx'
import { useText } from '../../shared/ui/text.ts'
import { TwoStep } from '../../shared/ui/two-step.tsx'
import type { Outcome } from '../messages.ts'
import type { Account, EndedLink } from '../state.ts'
import { ask } from '../view/ask.ts'
import { problemText } from '../view/problem-text.ts'

interface AccountsProps {
  here: readonly Account[]
  /** Of all gateways: the first is the default one. */
  all: readonly Account[]
  onDo(asked: Promise<Outcome>): void
}

export function Accounts({ here, all, onDo }: AccountsProps) {
  const t = useText()
  return (
    <ul class="nod-list">
      {here.map((account) => {
        const { account_id, name, username } = account
        const several = all.length > 1
        const is_default = several && all[0] === account
        return (
          <Row
            key={account_id}
            title={name || username}
            {...(is_default && { mark: t('options_default') })}
            remarks={[name === username ? '' : username, is_default ? t('options_default_lead') : '']}
          >
            <span class="x-row-ways">
              {several && !is_default && (
                <button
                  type="button"
                  class="nod-link"
                  aria-label={t('two_step_named', { label: t('options_make_default'), name: accountName(account) })}
                  onClick={() => onDo(ask('make_default', { account_id }))}
                >
                  {t('options_make_default')}
                </button>
              )}
              <TwoStep
                label={t('options_unlink')}
                name={accountName(account)}
                sure={t('options_unlink_sure')}
                onSure={() => onDo(ask('unlink', { account_id }))}
              />
            </span>
          </Row>
        )
      })}
    </ul>
  )
}

interface EndedProps {
  ended: readonly EndedLink[]
  onLink(): void
  onDo(asked: Promise<Outcome>): void
}

export function Ended({ ended, onLink, onDo }: EndedProps) {
  const t = useText()
  return (
    <ul class="nod-list">
      {ended.map((link) => {
        const { issuer, sub, problem } = link
        const name = accountName(link)
        return (
          <Row key={sub} title={name} remarks={[]} outcome={problemText(t, problem)} over>
            <span class="x-row-ways">
              <button
                type="button"
                class="nod-link"
                aria-label={t('two_step_named', { label: t('options_link_again'), name })}
                onClick={onLink}
              >
                {t('options_link_again')}
              </button>
              <button
                type="button"
                class="nod-link"
                aria-label={t('two_step_named', { label: t('options_link_dismiss'), name })}
                onClick={() => onDo(ask('forget_ended', { issuer, sub }))}
              >
                {t('options_link_dismiss')}
              </button>
            </span>
          </Row>
        )
      })}
    </ul>
  )
}
