/**
 * A code of a gateway that this browser does not belong to, or where nobody is linked. The address is shown as it is, since
 * it is all there is to go by; nothing is added here, only the settings opened with it.
 */
import { Notice } from '../../shared/ui/notice.tsx'
import { useText } from '../../shared/ui/text.ts'
import { browser } from '../browser.ts'
import type { Problem } from '../messages.ts'
import { gatewayAddress } from '../origins.ts'

/** The gateway that is missing, or null where the problem is another one. */
export const missingGateway = ({ code, values }: Problem): string | null =>
  code === 'other_gateway' || code === 'no_account_there' ? (values?.theirs ?? null) : null

interface MissingGatewayProps {
  issuer: string
  /** Whether only an account is missing there. */
  known: boolean
  close: { label: string; onAct(): void }
}

export function MissingGateway({ issuer, known, close }: MissingGatewayProps) {
  const t = useText()
  const open = async () => {
    await browser.tabs.create({ url: browser.runtime.getURL(`options.html#${encodeURIComponent(issuer)}`) })
    window.close()
  }
  const can_be_added = gatewayAddress(issuer) !== null
  return (
    <div class="x-missing">
      <Notice tone="wait" title={t(known ? 'popup_no_account_there' : 'popup_other_gateway')}>
        <p class="x-address" translate={false}>
          {issuer}
        </p>
        <p>
          {t(
            known
              ? 'popup_no_account_there_hint'
              : can_be_added
                ? 'popup_other_gateway_hint'
                : 'popup_other_gateway_unsafe',
          )}
        </p>
      </Notice>
      <div class="x-missing-ways">
        <button type="button" class="nod-button" onClick={close.onAct}>
          {close.label}
        </button>
        {can_be_added && (
          <button type="button" class="nod-button nod-button-primary" onClick={() => void open()}>
            {t(known ? 'popup_no_account_there_link' : 'popup_other_gateway_add')}
          </button>
        )}
      </div>
    </div>
  )
}
