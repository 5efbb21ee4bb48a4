/** Changes that a section makes: one at a time, and what went wrong stays to be read. */
import { useState } from 'preact/hooks'
import { useText } from '../../../shared/ui/text.ts'
import { hasCode, messageOf } from '../message.ts'

export interface Changing {
  busy: boolean
  problem: string
  /** Runs it unless another one runs; it may itself say what kept it from being made. */
  change(making: () => Promise<string | undefined>): Promise<void>
}

/** `onSignInAgain`: the sign-in is too old for the change, or gone. */
export function useChange(onSignInAgain: () => void): Changing {
  const t = useText()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')

  async function change(making: () => Promise<string | undefined>) {
    if (busy) return
    setBusy(true)
    setProblem('')
    try {
      setProblem((await making()) ?? '')
    } catch (error) {
      if (hasCode(error, 'fresh_sign_in_required', 'sign_in_required')) onSignInAgain()
      else setProblem(messageOf(t, error))
    }
    setBusy(false)
  }
  return { busy, problem, change }
}
