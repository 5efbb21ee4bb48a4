/**
 * The table of SECURITY.md, from the register of mitigations and the names of the tests that show them. Reads the sources
 * of all tests and runs none.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { MITIGATIONS } from './mitigations.ts'

interface Shown {
  /** The mitigation's place in RFC 10027 §6.1. */
  number: number
  name: string
  file: string
}

const root = resolve(import.meta.dirname, '../..')

const files = (): string[] =>
  readdirSync(resolve(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.test\.tsx?$/.test(file))
    .map((file) => `test/${file}`)
    .sort()

/** A name may be of one test or of several (describe); it ends with what it shows: "… (G07, RFC 10027 §6.1.2, §6.1.3)". */
const NAMED = /(['"`])((?:(?!\1)[^\n])*?) \(([^()\n]*RFC 10027 §6\.1\.\d[^()\n]*)\)\1/g

export function shownIn(file: string, text: string): Shown[] {
  return [...text.matchAll(NAMED)].flatMap(([, , name, tag]) =>
    [...tag!.matchAll(/§6\.1\.(\d+)/g)].map(([, number]) => ({ number: Number(number), name: name!, file })),
  )
}

export const shown = (): Shown[] => files().flatMap((file) => shownIn(file, readFileSync(resolve(root, file), 'utf8')))

/** What a table's cell would take for its end. */
const cell = (text: string): string => text.replaceAll('|', '\\|')

function table(): string {
  const all = shown()
  const rows = MITIGATIONS.map(({ name, claimed, says }, index) => {
    const tests = all.filter(({ number }) => number === index + 1)
    const links = tests.map((one) => `[${one.name.replaceAll('`', '')}](${one.file})`)
    return [`${index + 1}`, name, claimed, says, links.join('<br>')]
  })
  const lines = [
    ['§6.1', 'mitigation', 'claimed', 'what Nod does, or why not', 'shown by'],
    Array(5).fill('---'),
    ...rows,
  ]
  return lines.map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n')
}

export const readSecurity = (): string => readFileSync(resolve(root, 'SECURITY.md'), 'utf8')

/** SECURITY.md with its table as it ought to be. Throws when the table has lost its markers. */
export function withTable(text: string): string {
  const part = /(<!-- mitigations -->\n)[\s\S]*?(<!-- \/mitigations -->)/
  if (!part.test(text)) throw new Error('SECURITY.md has no place for the mitigations')
  return text.replace(part, (_, open, close) => `${open}${table()}\n${close}`)
}
