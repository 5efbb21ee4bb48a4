/**
 * The rules of the house as pure functions: sources in, faults out. What each layer may import is the table `LAYERS`;
 * the rest are habits that keep the tree readable. Reads no file.
 */
import type { Source } from './source.ts'

export type Rule = (sources: readonly Source[]) => string[]

interface Layer {
  /** Files of this layer; the first layer that matches a file is its layer. */
  readonly files: RegExp
  /** What they may import from inside the repository, and from outside as `pkg:name`; `types:` for types only. */
  readonly may: readonly RegExp[]
}

/** From the most particular to the most general. Outside packages a layer may use are limited only where said. */
const LAYERS: readonly Layer[] = [
  { files: /^shared\/protocol\/session\.ts$/, may: [] },
  { files: /^shared\/protocol\/look-alike\.ts$/, may: [/^shared\/protocol\/letters\.ts$/, /^pkg:punycode\.js$/] },
  { files: /^shared\/protocol\//, may: [/^shared\/protocol\//, /^pkg:valibot$/] },
  { files: /^shared\/client\//, may: [/^shared\/(client|protocol)\//, /^pkg:(?!node:|hono|preact)/] },
  {
    files: /^shared\/ui\//,
    may: [/^shared\/(ui|protocol)\//, /^types:shared\/(client|locales)\//, /^pkg:(?!node:|hono)/],
  },
  { files: /^gateway\/pages\//, may: [/^gateway\/pages\//, /^shared\//, /^pkg:(?!node:|hono)/] },
  {
    files: /^gateway\/routes\//,
    may: [
      /^gateway\/(?!pages\/|store\/|commands\/)/,
      /^types:gateway\/store\/rows\.ts$/,
      /^shared\/protocol\//,
      /^pkg:/,
    ],
  },
  { files: /^gateway\//, may: [/^gateway\/(?!pages\/)/, /^shared\/protocol\//, /^pkg:/] },
  { files: /^extension\//, may: [/^extension\//, /^shared\//, /^pkg:(?!node:|hono)/] },
]

export const layers: Rule = (sources) =>
  sources.flatMap(({ file, imports }) => {
    const layer = LAYERS.find(({ files }) => files.test(file))
    if (!layer) return [`${file}: belongs to no layer`]
    return imports
      .filter(({ target, inside, type_only }) => {
        const names = [inside ? target : `pkg:${target}`, ...(inside && type_only ? [`types:${target}`] : [])]
        return !names.some((name) => layer.may.some((allowed) => allowed.test(name)))
      })
      .map(({ target }) => `${file}: may not import ${target}`)
  })

/** Use cases know the store and no HTTP. */
export const noHttpInUseCases: Rule = (sources) =>
  sources
    .filter(({ file }) =>
      /^gateway\/(store\/|(sessions|accounts|devices|links|clients|tokens|hub|clock)\.ts$)/.test(file),
    )
    .flatMap(({ file, imports }) =>
      imports
        .filter(({ target }) => /^(hono|@hono|ws|node:http)/.test(target) || target.startsWith('gateway/routes/'))
        .map(({ target }) => `${file}: a use case knows no HTTP, but imports ${target}`),
    )

/** The vocabulary of the whole: imported wherever it is spoken. Every other library has one door, its types aside. */
const VOCABULARY = new Set(['preact', 'valibot', 'hono'])

const packageOf = (target: string): string => target.split('/', target.startsWith('@') ? 2 : 1).join('/')

export const oneDoor: Rule = (sources) => {
  const doors = new Map<string, Set<string>>()
  for (const { file, imports } of sources) {
    for (const { target, inside, type_only } of imports) {
      const name = packageOf(target)
      if (inside || type_only || target.startsWith('node:') || VOCABULARY.has(name)) continue
      doors.set(name, (doors.get(name) ?? new Set()).add(file))
    }
  }
  return [...doors]
    .filter(([, files]) => files.size > 1)
    .map(([name, files]) => `${name}: more than one door: ${[...files].join(', ')}`)
}

/** Words that only one file may say. */
const ONLY_IN: readonly { word: RegExp; where: RegExp; files: RegExp }[] = [
  { word: /\bprocess\.env\b/, where: /^gateway\/config\.ts$/, files: /./ },
  { word: /from ['"]webextension-polyfill['"]/, where: /^extension\/browser\.ts$/, files: /./ },
  { word: /(?<![\w.'"-])chrome\.\w/, where: /^extension\/browser\.ts$/, files: /^(extension|shared)\// },
]

export const saidInOnePlace: Rule = (sources) =>
  sources.flatMap(({ file, code }) =>
    ONLY_IN.filter(({ word, where, files }) => files.test(file) && !where.test(file) && word.test(code)).map(
      ({ word, where }) => `${file}: ${word.source} belongs to ${where.source}`,
    ),
  )

export const noCycles: Rule = (sources) => {
  const graph = new Map(
    sources.map(({ file, imports }) => [file, imports.filter((i) => i.inside).map((i) => i.target)]),
  )
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): string[] => {
    if (path.includes(file)) return [`cycle: ${[...path.slice(path.indexOf(file)), file].join(' → ')}`]
    if (done.has(file)) return []
    const found = (graph.get(file) ?? []).flatMap((next) => visit(next, [...path, file]))
    done.add(file)
    return found
  }
  return [...graph.keys()].flatMap((file) => visit(file, []))
}

/** A barrel only passes on what others export; a drawer called utils says nothing about what is in it. */
export const noBarrelsNoDrawers: Rule = (sources) =>
  sources.flatMap(({ file, code }) => {
    if (/(^|\/)(utils?|helpers?|common|misc|index)\.tsx?$/.test(file)) return [`${file}: name it after what it holds`]
    const own = code.replace(/^export\s+(type\s+)?[\w$*{},\s]*?from\s+['"][^'"]+['"];?$/gm, '').trim()
    return own === '' ? [`${file}: a barrel, or empty`] : []
  })

export const kebabCase: Rule = (sources) =>
  sources
    .map(({ file }) => file)
    .filter((file) => !/^([a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+(-[a-z0-9]+)*(\.page|\.d)?\.tsx?$/.test(file))
    .map((file) => `${file}: not kebab-case`)

const HEADER_LINES = 6

/** One to four lines of prose; the comment's own delimiters make it six at most. */
export const opensWithHeader: Rule = (sources) =>
  sources.flatMap(({ file, text }) => {
    const header = /^(?:#!.*\n)?\/\*\*?[\s\S]*?\*\//.exec(text)?.[0]
    if (!header) return [`${file}: does not open with a comment that says what it is`]
    return header.split('\n').length > HEADER_LINES ? [`${file}: its opening comment is longer than four lines`] : []
  })

export const LINES_AT_MOST = 300

const lineCount = ({ text }: Source): number => text.split('\n').length - 1

export const notTooLong: Rule = (sources) =>
  sources
    .filter((source) => lineCount(source) > LINES_AT_MOST)
    .map((source) => `${source.file}: ${lineCount(source)} lines; split it by what it does`)

export function medianLines(sources: readonly Source[]): number {
  const counts = sources.map(lineCount).sort((a, b) => a - b)
  return counts[Math.floor(counts.length / 2)] ?? 0
}

const TOP_LEVEL = new Set([
  ...['package.json', 'tsconfig.json', 'build.mjs', 'README.md', 'extension', 'gateway', 'shared', 'test'],
  ...['package-lock.json', 'biome.json', '.ci', '.gitignore', '.npmrc', '.github', '.dockerignore', 'Dockerfile'],
  ...['LICENSE', 'CHANGELOG.md', 'SECURITY.md'],
])

/** @param entries the names that git tracks at the top of the repository */
export const topLevel = (entries: readonly string[]): string[] =>
  entries.filter((entry) => !TOP_LEVEL.has(entry)).map((entry) => `${entry}: not an entry of the top level`)
