/** Escape goes back one view; only where there is none to go back to does it close the popup, as browsers do by themselves. */
import { useEffect, useRef } from 'preact/hooks'

export function useEscape(onBack: (() => void) | null): void {
  const latest = useRef(onBack)
  latest.current = onBack
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || !latest.current) return
      event.preventDefault()
      latest.current()
    }
    document.addEventListener('keydown', pressed)
    return () => document.removeEventListener('keydown', pressed)
  }, [])
}
