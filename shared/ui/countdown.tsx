/**
 * Time left until a local moment, as `m:ss`. Silent to screen readers on purpose: the states around it are announced,
 * its ticking is not.
 */
import { useEffect, useState } from 'preact/hooks'

const LOW_SECONDS = 15

/** Whole seconds left, never below zero; renders again each time the number changes. `ends_at`: local epoch ms. */
export function useSecondsLeft(ends_at: number): number {
  const read = () => Math.max(0, Math.ceil((ends_at - Date.now()) / 1000))
  const [left, setLeft] = useState(read)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const tick = () => {
      const now = read()
      setLeft(now)
      if (now > 0) timer = setTimeout(tick, ends_at - Date.now() - (now - 1) * 1000 + 5)
    }
    tick()
    return () => clearTimeout(timer)
  }, [ends_at])
  return left
}

export function Countdown({ ends_at, label }: { ends_at: number; label?: string }) {
  const left = useSecondsLeft(ends_at)
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`
  return (
    <span
      class={left <= LOW_SECONDS ? 'nod-countdown nod-countdown-low' : 'nod-countdown'}
      role="timer"
      aria-live="off"
    >
      {label && <span class="nod-countdown-label">{label}</span>} <span class="nod-countdown-clock">{clock}</span>
    </span>
  )
}
