/** Where the focus goes when what had it is gone: a keyboard would start over, and who listens would hear nothing. */
import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

/** Nowhere, or on what has just been taken out of use. */
const isLost = (): boolean =>
  document.activeElement === document.body || document.activeElement?.matches(':disabled') === true

/**
 * Moves the focus to what has come in place of what had it, so that who listens hears it and who types goes on from it;
 * a focus that is still somewhere stays there.
 */
export function useArrival<E extends HTMLElement>(on: readonly unknown[]): RefObject<E | null> {
  const element = useRef<E>(null)
  useEffect(() => {
    if (isLost()) element.current?.focus({ preventScroll: true })
  }, on)
  return element
}

/** Moves it back, once something is over, to the button that had led there. */
export function useReturn<E extends HTMLElement>(away: boolean): RefObject<E | null> {
  const element = useRef<E>(null)
  const was_away = useRef(false)
  useEffect(() => {
    if (was_away.current && !away) element.current?.focus()
    was_away.current = away
  }, [away])
  return element
}
