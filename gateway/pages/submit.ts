/** What every form of these pages does when it is sent: once at a time, and what went wrong stays to be read. */
import type { TargetedSubmitEvent } from 'preact'
import { useState } from 'preact/hooks'
import { useText } from '../../shared/ui/text.ts'
import { messageOf } from './message.ts'

/** `send` is given the fields; when it resolves the form has done its work and stays busy until it is gone. */
export function useSubmit(send: (fields: FormData) => Promise<void>) {
  const t = useText()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')

  async function submit(event: TargetedSubmitEvent<HTMLFormElement>) {
    event.preventDefault()
    if (busy) return
    const fields = new FormData(event.currentTarget)
    setBusy(true)
    try {
      await send(fields)
    } catch (error) {
      setProblem(messageOf(t, error))
      setBusy(false)
    }
  }
  return { busy, problem, submit }
}
