/** The few drawn signs, in the colour of the text around them. All are decoration: the words beside them say it too. */

const PATHS = {
  good: 'M5 12.5l4.5 4.5L19 7.5',
  bad: 'M7 7l10 10M17 7L7 17',
  info: 'M12 4a8 8 0 1 1-.01 0zM12 11.5v4.5M12 8.2v.1',
  wait: 'M12 4a8 8 0 1 1-.01 0zM12 8v4.3l2.8 1.7',
  warn: 'M12 4.5 21 19.5H3zM12 10.5v4M12 17v.1',
  device:
    'M8 3.5h8a1.5 1.5 0 0 1 1.5 1.5v14a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 19V5A1.5 1.5 0 0 1 8 3.5zM11 17.5h2',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="nod-icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  )
}

/** Nod's own sign: a head bowing, and the arc of its movement. */
export function Mark() {
  return (
    <svg class="nod-mark" viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="8.4" r="4.4" />
      <path d="M4 14.5c2.4 4 5.1 6 8 6s5.6-2 8-6" />
    </svg>
  )
}
