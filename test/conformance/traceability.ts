/**
 * The tables of README.md, from the sources of the tests: which requirement is shown by which section and test, who
 * judges, and what is done otherwise than the certification asks. Reads text and runs nothing.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { REQUIREMENTS, type Requirement } from './requirement.ts'

interface Shown {
  file: string
  requirement: Requirement
  section: string
  what: string
}

const folder = import.meta.dirname

const sources = (): { file: string; text: string }[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.test.ts'))
    .sort()
    .map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }))

/** The arguments of each call that are plain text, in order. */
function calls(text: string, name: string, count: number): string[][] {
  const argument = String.raw`\s*'([^'\n]*)',`
  return [...text.matchAll(new RegExp(`^ *${name}\\(${argument.repeat(count)}`, 'gm'))].map((call) => call.slice(1))
}

export const shown = (): Shown[] =>
  sources().flatMap(({ file, text }) =>
    calls(text, 'shows', 3).map(([requirement, section, what]) => ({
      file,
      requirement: requirement as Requirement,
      section: section!,
      what: what!,
    })),
  )

/** How many tests a source has, by another count than the table's. */
export const testCount = (): number =>
  sources().reduce((sum, { text }) => sum + [...text.matchAll(/^ *(shows|otherwise)\(\s*['"`]/gm)].length, 0)

const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

function traceability(): string {
  const order = Object.keys(REQUIREMENTS)
  const place = ({ requirement }: Shown): number => order.indexOf(requirement)
  const rows = shown()
    .sort((a, b) => place(a) - place(b) || a.section.localeCompare(b.section, 'en', { numeric: true }))
    .map(({ requirement, section, what, file }) => [REQUIREMENTS[requirement], section, `[${what}](${file})`])
  return table(['requirement', 'section', 'test'], rows)
}

/** Each file opens with who judges. */
function judges(): string {
  const rows = sources().flatMap(({ file, text }) => {
    const opening = /^\/\*\*([\s\S]*?)\*\//.exec(text)?.[1]?.replace(/\s*\n? \* ?/g, ' ')
    const judge = /The judge is (.+)$/.exec(opening?.replace(/\s+/g, ' ').trim() ?? '')?.[1]
    return judge === undefined ? [] : [[`[${file.replace('.test.ts', '')}](${file})`, judge]]
  })
  return table(['tests', 'the judge is'], rows)
}

export const differences = (): string[][] => sources().flatMap(({ text }) => calls(text, 'otherwise', 4))

const certification = (): string =>
  table(
    ['asked for', 'by', 'what Nod does', 'why'],
    differences().map(([modules, asks, does, why]) => [asks!, modules!, does!, why!]),
  )

const PARTS: Record<string, () => string> = { judges, traceability, certification }

export const readReadme = (): string => readFileSync(join(folder, 'README.md'), 'utf8')

/** The README with its tables as they ought to be. Throws when one of them has lost its markers. */
export function withTables(readme: string): string {
  return Object.entries(PARTS).reduce((text, [name, write]) => {
    const part = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`)
    if (!part.test(text)) throw new Error(`README.md has no place for ${name}`)
    return text.replace(part, (_, open, close) => `${open}${write()}\n${close}`)
  }, readme)
}
