/**
 * The parts of the README that are written elsewhere: settings, errors, and the code a site needs. Each stands between
 * two markers and is made from the code that uses it, so it cannot go stale.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { SETTINGS } from '../../gateway/config.ts'
import { ERRORS } from '../../shared/protocol/errors.ts'
import { type Figure, rowsOf } from '../bench/figure.ts'
import results from '../bench/results.json' with { type: 'json' }

const root = resolve(import.meta.dirname, '../..')

const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const settings = (): string =>
  table(
    ['setting', 'default', 'meaning'],
    Object.entries(SETTINGS).map(([name, setting]) => [
      `\`${name}\``,
      setting.default === '' ? 'none' : `\`${setting.default}\``,
      setting.meaning,
    ]),
  )

const errors = (): string =>
  table(
    ['error', 'status', 'says'],
    Object.entries(ERRORS).map(([code, entry]) => [
      `\`${code}\``,
      `${entry.status}`,
      [entry.description, 'hint' in entry ? entry.hint : ''].join(' ').trim(),
    ]),
  )

/** The demo shop's own sign-in, without its opening comment. */
const signIn = (): string => {
  const code = readFileSync(resolve(root, 'test/demo/site/sign-in.ts'), 'utf8').replace(/^\/\*\*[\s\S]*?\*\/\n/, '')
  return `\`\`\`ts\n${code}\`\`\``
}

export const FIGURES = results.figures as Figure[]

const bench = (): string =>
  [
    `${results.about.taken}, ${results.about.processor}, Node ${results.about.node.slice(1)}:`,
    table(['figure', 'Nod', 'beside', 'theirs', 'ratio', 'target'], FIGURES.flatMap(rowsOf)),
  ].join('\n\n')

const PARTS: Record<string, () => string> = {
  bench,
  settings,
  errors,
  'sign-in': signIn,
}

/** The README with its generated parts as they ought to be. Throws when one of them has lost its markers. */
export function withGeneratedParts(readme: string): string {
  return Object.entries(PARTS).reduce((text, [name, write]) => {
    const part = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`)
    if (!part.test(text)) throw new Error(`README.md has no place for ${name}`)
    return text.replace(part, (_, open, close) => `${open}${write()}\n${close}`)
  }, readme)
}

export const readReadme = (): string => readFileSync(resolve(root, 'README.md'), 'utf8')
