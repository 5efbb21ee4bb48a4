/** The gateway's address: typed, allowed by the browser, and checked by the background before it is kept. */
import type { TargetedSubmitEvent } from 'preact'
import { useId, useState } from 'preact/hooks'
import { useText } from '../../shared/ui/text.ts'
import { browser } from '../browser.ts'
import type { Problem } from '../messages.ts'
import { gatewayAddress, hostPattern } from '../origins.ts'
import { ask } from '../view/ask.ts'
import { Fault } from './section.tsx'

interface GatewayFormProps {
  address: string
  first: boolean
  onDone(): void
}

export function GatewayForm({ address, first, onDone }: GatewayFormProps) {
  const t = useText()
  const id = useId()
  const [typed, setTyped] = useState(address)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)

  const use = async (issuer: string) => {
    setBusy(true)
    // Asked for before anything is awaited: a browser shows its question only in answer to a click.
    const granted = await browser.permissions.request({ origins: [hostPattern(issuer)] })
    const refused: Problem = { code: 'permission_needed', values: { host: new URL(issuer).host } }
    const outcome = granted ? await ask('add_gateway', { issuer }) : { ok: false as const, problem: refused }
    setBusy(false)
    if (outcome.ok) onDone()
    else setProblem(outcome.problem)
  }
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy) return
    const issuer = gatewayAddress(typed)
    setProblem(issuer === null ? { code: 'bad_address' } : null)
    if (issuer !== null) void use(issuer)
  }
  return (
    <form class="x-form" onSubmit={submit}>
      <div class="nod-field">
        <label for={id}>{t('options_gateway_address')}</label>
        <div class="x-line">
          <input
            id={id}
            class="nod-input"
            type="text"
            inputMode="url"
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            placeholder="https://nod.example"
            aria-describedby={`${id}-fault`}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
          <button type="submit" class="nod-button nod-button-primary" aria-disabled={busy}>
            {t(busy ? 'options_gateway_busy' : first ? 'options_gateway_use' : 'options_gateway_add')}
          </button>
        </div>
      </div>
      <div id={`${id}-fault`}>
        <Fault problem={problem} />
      </div>
    </form>
  )
}
