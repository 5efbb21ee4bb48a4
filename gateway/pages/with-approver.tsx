/**
 * Brings a person as far as they can answer in this browser: signed in, and the browser enrolled as a device of theirs.
 * What they answer to is the children's business.
 */
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Approver } from '../../shared/client/approver.ts'
import type { Me } from '../../shared/protocol/messages.ts'
import { accountName } from '../../shared/ui/account-name.ts'
import { Notice } from '../../shared/ui/notice.tsx'
import { useText } from '../../shared/ui/text.ts'
import { me } from './api.ts'
import { Sheet, Waiting } from './frame.tsx'
import { hasCode, messageOf } from './message.ts'
import { SignInForm } from './sign-in-form.tsx'
import { enrolThisBrowser, thisDevice } from './this-device.ts'

export interface Ready {
  approver: Approver
  account: string
  /** The gateway no longer takes this browser: start over, from signing in if need be. */
  onLost(): void
}

type Step =
  | { kind: 'looking' }
  /** `again`: who has to prove once more that it is them. */
  | { kind: 'signing_in'; again?: Me }
  | { kind: 'enrolling'; me: Me; busy: boolean }
  | { kind: 'ready'; approver: Approver; account: string }
  | { kind: 'failed'; message: string }

export function WithApprover({ issuer, children }: { issuer: string; children(ready: Ready): ComponentChildren }) {
  const t = useText()
  const [step, setStep] = useState<Step>({ kind: 'looking' })
  const fail = (error: unknown) => setStep({ kind: 'failed', message: messageOf(t, error) })

  async function look() {
    setStep({ kind: 'looking' })
    try {
      const person = await me()
      const approver = await thisDevice(issuer, person)
      if (approver) setStep({ kind: 'ready', approver, account: accountName(person) })
      else setStep({ kind: 'enrolling', me: person, busy: false })
    } catch (error) {
      if (hasCode(error, 'sign_in_required')) setStep({ kind: 'signing_in' })
      else fail(error)
    }
  }

  async function accept(person: Me) {
    setStep({ kind: 'enrolling', me: person, busy: true })
    try {
      const approver = await enrolThisBrowser(issuer, person)
      setStep({ kind: 'ready', approver, account: accountName(person) })
    } catch (error) {
      if (hasCode(error, 'fresh_sign_in_required', 'sign_in_required')) setStep({ kind: 'signing_in', again: person })
      else fail(error)
    }
  }

  useEffect(() => void look(), [])
  switch (step.kind) {
    case 'looking':
      return <Waiting text={t('page_loading')} />
    case 'signing_in':
      return (
        <Sheet title={t('page_sign_in_title')} lead={t(step.again ? 'page_enrol_again' : 'page_sign_in_lead')}>
          <SignInForm username={step.again?.username ?? ''} onSignedIn={look} />
        </Sheet>
      )
    case 'enrolling':
      return (
        <Sheet title={t('page_enrol_title')} lead={t('page_signed_in_as', { account: step.me.username })}>
          <p>{t('page_enrol_hint')}</p>
          <button
            type="button"
            class="nod-button nod-button-primary"
            disabled={step.busy}
            onClick={() => accept(step.me)}
          >
            {t('page_enrol_accept')}
          </button>
        </Sheet>
      )
    case 'failed':
      return (
        <Sheet>
          <Notice tone="bad" title={step.message} action={{ label: t('try_again'), onAct: look }} />
        </Sheet>
      )
    case 'ready':
      return children({ approver: step.approver, account: step.account, onLost: look })
  }
}
