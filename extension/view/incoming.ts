/** What a person drops on a page of ours or pastes into it: pictures, or a text. Shows nothing. */
import { useEffect, useRef } from 'preact/hooks'
import type { Outcome } from '../messages.ts'
import { MOST_CODES } from '../ports.ts'
import { toProblem } from '../problem.ts'
import { ask } from './ask.ts'
import { readPictures } from './picture.ts'

/** Longer than any code or link. */
const LONGEST_TEXT = 1000

/** Takes what it is; null where there is nothing in it for us. */
export function takeIncoming(data: DataTransfer, account_id: string): Promise<Outcome> | null {
  const files = [...data.files]
  if (files.length > 0) return takePictures(files, account_id)
  const text = data.getData('text/uri-list') || data.getData('text/plain')
  return text.trim() === '' ? null : ask('claim_entered', { text: text.trim().slice(0, LONGEST_TEXT), account_id })
}

/** The one code of ours in them, if there is exactly one. */
export async function takePictures(files: readonly Blob[], account_id: string): Promise<Outcome> {
  try {
    const texts = await readPictures(files)
    return await ask('claim_scanned', { texts: texts.slice(0, MOST_CODES), account_id, carried: true })
  } catch (error) {
    return { ok: false, problem: toProblem(error) }
  }
}

/** Calls back with whatever is pasted anywhere on the page, but for a text that goes into a field. */
export function usePaste(onPaste: (data: DataTransfer) => void): void {
  const latest = useRef(onPaste)
  latest.current = onPaste
  useEffect(() => {
    const pasted = (event: ClipboardEvent) => {
      const data = event.clipboardData
      const in_field = event.target instanceof HTMLInputElement
      if (!data || (in_field && data.files.length === 0)) return
      event.preventDefault()
      latest.current(data)
    }
    document.addEventListener('paste', pasted)
    return () => document.removeEventListener('paste', pasted)
  }, [])
}
