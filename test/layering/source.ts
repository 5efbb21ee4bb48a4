/**
 * Reads the product's source files with their imports, as plain values for the rules to judge. Judges nothing itself.
 * A careful regular expression does for code that Biome has formatted: statements begin at the start of a line.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

export interface Import {
  /** A path from the repository's root, or what an outside import names: `hono/ws-helper`, `node:fs`. */
  readonly target: string
  readonly inside: boolean
  /** `import type`: gone after the build, so it ties no code to the other side. */
  readonly type_only: boolean
}

export interface Source {
  /** From the repository's root, with slashes: `gateway/app.ts`. */
  readonly file: string
  readonly text: string
  /** The text without its comments. */
  readonly code: string
  readonly imports: readonly Import[]
}

const STRING_OR_COMMENT =
  /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|(?<!\\)\/\*[\s\S]*?\*\/|(?<![:\\])\/\/[^\n]*/g
const STATIC = /^(?:import|export)\s+(type\s)?(?:[\w$*{},\s]*?\bfrom\s+)?['"]([^'"]+)['"]/gm
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]/g

const withoutComments = (text: string): string => text.replace(STRING_OR_COMMENT, (_, quoted = '') => quoted)

function importOf(file: string, specifier: string, type_only: boolean): Import {
  const inside = specifier.startsWith('.')
  return { target: inside ? posix.join(posix.dirname(file), specifier) : specifier, inside, type_only }
}

/** A source from its path and text. */
export function toSource(file: string, text: string): Source {
  const code = withoutComments(text)
  const imports = [
    ...[...code.matchAll(STATIC)].map((match) => importOf(file, match[2] ?? '', match[1] !== undefined)),
    ...[...code.matchAll(DYNAMIC)].map((match) => importOf(file, match[1] ?? '', false)),
  ]
  return { file, text, code, imports }
}

/** Every TypeScript file under the given folders of the repository. */
export function readSources(root: string, folders: readonly string[]): Source[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
        posix.join(folder, name.replaceAll('\\', '/')),
      ),
    )
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => toSource(file, readFileSync(join(root, file), 'utf8')))
}
