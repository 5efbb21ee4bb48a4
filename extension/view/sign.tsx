/** The few signs of the extension's own pages, in the colour of the text around them. Decoration: the words say it too. */

const PATHS = {
  camera:
    'M4 8.5h3.2L9 6h6l1.8 2.5H20a1 1 0 0 1 1 1V18a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9.5a1 1 0 0 1 1-1zM12 16.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z',
  tab: 'M3.5 5.5h17v13h-17zM3.5 9h17M8 12.5h3v3H8zM13.5 12.5h2.5M13.5 15.5h2.5',
  code: 'M4 7.5h16v9H4zM7.5 12h.1M10.5 12h.1M13.5 12h.1M16.5 12h.1',
  settings:
    'M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM12 3.5v2.2M12 18.3v2.2M4.6 7.7l1.9 1.1M17.5 15.2l1.9 1.1M4.6 16.3l1.9-1.1M17.5 8.8l1.9-1.1',
} as const

export function Sign({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class="nod-icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  )
}
