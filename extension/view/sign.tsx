/** The few signs of the extension's own pages, in the colour of the text around them. Decoration: the words say it too. */

const PATHS = {
  camera:
    'M4.5 8h2.6l1.7-2.5h6.4L16.9 8h2.6A1.5 1.5 0 0 1 21 9.5v8a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17.5v-8A1.5 1.5 0 0 1 4.5 8zM12 16.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z',
  here: 'M10 4.5H6.5A1.5 1.5 0 0 0 5 6v12a1.5 1.5 0 0 0 1.5 1.5H10M19.5 12H10M13 8.5 9.5 12l3.5 3.5M15.5 4.5H18A1.5 1.5 0 0 1 19.5 6v2',
  tab: 'M5 4.5h14A1.5 1.5 0 0 1 20.5 6v12a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 18V6A1.5 1.5 0 0 1 5 4.5zM3.5 9h17M9.5 11.8h5v5h-5z',
  code: 'M5 6.5h14A1.5 1.5 0 0 1 20.5 8v8a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 16V8A1.5 1.5 0 0 1 5 6.5zM7.5 10v4M10.5 10v4M13.5 14h3',
  picture:
    'M5 5h14A1.5 1.5 0 0 1 20.5 6.5v11A1.5 1.5 0 0 1 19 19H5a1.5 1.5 0 0 1-1.5-1.5v-11A1.5 1.5 0 0 1 5 5zM4 16.5l4.5-4.5 4 4 2.5-2.5 5 4.5M15.5 10.2a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4z',
  devices:
    'M4.5 5h13A1.5 1.5 0 0 1 19 6.5V8M3 6.5A1.5 1.5 0 0 1 4.5 5M3 6.5V14.5A1.5 1.5 0 0 0 4.5 16H12M8 19.5h4M16.5 10.5h3A1.5 1.5 0 0 1 21 12v6.5a1.5 1.5 0 0 1-1.5 1.5h-3a1.5 1.5 0 0 1-1.5-1.5V12a1.5 1.5 0 0 1 1.5-1.5z',
  settings:
    'M4 8h8.5M17.5 8H20M4 16h2.5M11.5 16H20M15 10.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM9 18.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
} as const

export function Sign({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class="nod-icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  )
}
