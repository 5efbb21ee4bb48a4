/**
 * Draws the README's plot from the bench's results: what a core gets done, and what a waiting page costs beside polling.
 * Pure: figures in, SVG out. Two of them, since a picture in a README cannot ask which colours its page has.
 */
import type { Figure } from '../bench/figure.ts'

export const SCHEMES = {
  light: { ink: '#1d2b24', faint: '#5c6b63', nod: '#17794d', other: '#b3c2ba' },
  dark: { ink: '#e6efea', faint: '#93a69b', nod: '#3fbf82', other: '#44564c' },
} as const

export type Scheme = keyof typeof SCHEMES

interface Bar {
  name: string
  value: number
  nod?: true
}

interface Panel {
  title: string
  note: string
  bars: Bar[]
}

const WIDTH = 980
const PANEL = { width: 470, left: 236, top: 74, row: 34, bar: 18 }

/** Panels whose figures have been measured. */
function panelsOf(figures: readonly Figure[]): Panel[] {
  const find = (id: string): Figure | undefined => figures.find((figure) => figure.id === id)
  const others = (figure: Figure): Bar[] => figure.beside.map(({ name, value }) => ({ name, value }))
  const [sign_ins, socket, poll] = [find('sign-ins-es256'), find('bytes-websocket'), find('bytes-long-poll')]
  const panels: Panel[] = []
  if (sign_ins)
    panels.push({
      title: 'Sign-ins for each second of a core',
      note: 'more is better',
      bars: [{ name: 'Nod', value: sign_ins.value, nod: true }, ...others(sign_ins)],
    })
  if (socket && poll)
    panels.push({
      title: 'Bytes a page costs for each minute it waits',
      note: 'less is better',
      bars: [
        { name: 'Nod, WebSocket', value: socket.value, nod: true },
        { name: 'Nod, long-poll', value: poll.value, nod: true },
        ...others(socket),
      ],
    })
  return panels
}

const escaped = (text: string): string => text.replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`)

function drawn({ title, note, bars }: Panel, at: number, scheme: Scheme): string {
  const { ink, faint, nod, other } = SCHEMES[scheme]
  const most = Math.max(...bars.map(({ value }) => value))
  const room = PANEL.width - PANEL.left - 58
  const rows = bars.map(({ name, value, nod: ours }, i) => {
    const y = PANEL.top + i * PANEL.row
    const width = Math.max(2, (value / most) * room).toFixed(1)
    const middle = y + PANEL.bar / 2 + 4
    const label = Math.round(value).toLocaleString('en')
    return [
      `<text x="${PANEL.left - 10}" y="${middle}" text-anchor="end" fill="${ours ? ink : faint}"${ours ? ' font-weight="600"' : ''}>${escaped(name)}</text>`,
      `<rect x="${PANEL.left}" y="${y}" width="${width}" height="${PANEL.bar}" rx="3" fill="${ours ? nod : other}"/>`,
      `<text x="${(PANEL.left + Number(width) + 8).toFixed(1)}" y="${middle}" fill="${ink}">${label}</text>`,
    ].join('\n    ')
  })
  return `  <g transform="translate(${at} 0)">
    <text x="0" y="28" fill="${ink}" font-size="15" font-weight="600">${escaped(title)}</text>
    <text x="0" y="48" fill="${faint}">${escaped(note)}</text>
    ${rows.join('\n    ')}
  </g>`
}

export function plot(figures: readonly Figure[], scheme: Scheme): string {
  const panels = panelsOf(figures)
  const height = PANEL.top + Math.max(...panels.map(({ bars }) => bars.length)) * PANEL.row + 8
  const groups = panels.map((panel, i) => drawn(panel, i * (WIDTH - PANEL.width), scheme))
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12.5" role="img">
<title>Nod beside what could be used in its place</title>
${groups.join('\n')}
</svg>
`
}
