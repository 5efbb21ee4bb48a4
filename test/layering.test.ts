/**
 * Keeps the house as it was designed: who may import whom, one door per library, small files that say what they are.
 * The rules are functions over a list of sources, so each is also shown here to fail on what it forbids.
 */
import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import * as rules from './layering/rules.ts'
import { readSources, toSource } from './layering/source.ts'

const root = resolve(import.meta.dirname, '..')
const PRODUCT = ['extension', 'gateway', 'shared']

const HOUSE: Record<string, rules.Rule> = {
  'each layer imports only what it may': rules.layers,
  'use cases know no HTTP': rules.noHttpInUseCases,
  'one file imports an outside library': rules.oneDoor,
  'settings and the browser have one reader each': rules.saidInOnePlace,
  'no import cycles': rules.noCycles,
  'no barrels and no drawers': rules.noBarrelsNoDrawers,
  'file names are kebab-case': rules.kebabCase,
  'each file opens with what it is': rules.opensWithHeader,
  [`no file is longer than ${rules.LINES_AT_MOST} lines`]: rules.notTooLong,
}

describe('the house', () => {
  const sources = readSources(root, PRODUCT)
  for (const [name, rule] of Object.entries(HOUSE)) test(name, () => expect(rule(sources)).toEqual([]))

  test('half of the files are shorter than 100 lines', () => expect(rules.medianLines(sources)).toBeLessThan(100))

  test('the top level holds what a reader expects there', () => {
    const tracked = execFileSync('git', ['ls-tree', '--name-only', 'HEAD'], { cwd: root, encoding: 'utf8' })
    expect(rules.topLevel(tracked.trim().split('\n'))).toEqual([])
  })
})

/** File → text of a tiny tree; each has a header so that only the rule in question finds a fault. */
const tree = (files: Record<string, string>) =>
  Object.entries(files).map(([file, text]) => toSource(file, `/** Header. */\n${text}\n`))

const FORBIDDEN: [string, rules.Rule, Record<string, string>][] = [
  ['the gateway importing the extension', rules.layers, { 'gateway/app.ts': "import { a } from '../extension/a.ts'" }],
  ['the extension importing the gateway', rules.layers, { 'extension/a.ts': "import { a } from '../gateway/app.ts'" }],
  ['the gateway importing shared/ui', rules.layers, { 'gateway/app.ts': "import { a } from '../shared/ui/a.tsx'" }],
  [
    'a route importing the store',
    rules.layers,
    { 'gateway/routes/a.ts': "import type { S } from '../store/store.ts'" },
  ],
  ['a module imported at run time', rules.layers, { 'gateway/app.ts': "const a = await import('../extension/a.ts')" }],
  ['the gateway importing a page', rules.layers, { 'gateway/app.ts': "import { a } from './pages/a.ts'" }],
  ['the client importing the views', rules.layers, { 'shared/client/a.ts': "import { a } from '../ui/a.tsx'" }],
  ['the client using Node', rules.layers, { 'shared/client/a.ts': "import { a } from 'node:fs'" }],
  ['a view calling the client', rules.layers, { 'shared/ui/a.tsx': "import {\n  a,\n} from '../client/a.ts'" }],
  ['the protocol using a library', rules.layers, { 'shared/protocol/a.ts': "import { a } from 'jose'" }],
  ['the session machine importing', rules.layers, { 'shared/protocol/session.ts': "import * as v from 'valibot'" }],
  ['the product importing a test', rules.layers, { 'gateway/app.ts': "import { a } from '../test/a.ts'" }],
  ['a folder outside all layers', rules.layers, { 'shared/stuff/a.ts': 'export const a = 1' }],
  ['a use case that knows HTTP', rules.noHttpInUseCases, { 'gateway/sessions.ts': "import { Hono } from 'hono'" }],
  [
    'two doors to one library',
    rules.oneDoor,
    { 'gateway/a.ts': "import { a } from 'jose'", 'gateway/b.ts': "import { b } from 'jose/errors'" },
  ],
  ['settings read elsewhere', rules.saidInOnePlace, { 'gateway/app.ts': 'const port = process.env.NOD_PORT' }],
  ['the polyfill elsewhere', rules.saidInOnePlace, { 'extension/a.ts': "import b from 'webextension-polyfill'" }],
  ['the browser named directly', rules.saidInOnePlace, { 'extension/a.ts': 'void chrome.tabs.create({})' }],
  [
    'a cycle',
    rules.noCycles,
    {
      'gateway/a.ts': "import { b } from './b.ts'",
      'gateway/b.ts': "export { c } from './c.ts'",
      'gateway/c.ts': "import type { a } from './a.ts'",
    },
  ],
  ['a barrel', rules.noBarrelsNoDrawers, { 'gateway/a.ts': "export * from './b.ts'\nexport { c } from './c.ts'" }],
  ['utils.ts', rules.noBarrelsNoDrawers, { 'shared/client/utils.ts': 'export const a = 1' }],
  ['a name in camel case', rules.kebabCase, { 'gateway/someThing.ts': 'export const a = 1' }],
  ['a long file', rules.notTooLong, { 'gateway/a.ts': '\n'.repeat(rules.LINES_AT_MOST) }],
]

describe('the rules find', () => {
  for (const [name, rule, files] of FORBIDDEN) {
    test(name, () => expect(rule(tree(files))).toHaveLength(1))
  }

  test('a file without a header', () =>
    expect(rules.opensWithHeader([toSource('gateway/a.ts', 'run()')])).toHaveLength(1))
  test('a stranger at the top level', () => expect(rules.topLevel(['README.md', 'scripts'])).toHaveLength(1))
})

describe('the rules do not mind', () => {
  const fine = tree({
    'gateway/app.ts':
      "// import { a } from '../extension/a.ts'\nimport { Hono } from 'hono'\nimport { s } from './sessions.ts'",
    'gateway/sessions.ts':
      "import { transition } from '../shared/protocol/session.ts'\nconst url = 'https://x.test' // process.env",
    'shared/protocol/session.ts': '/* process.env */ export const transition = 1',
    'shared/ui/qr-panel.tsx':
      "import type { PanelStatus } from '../client/page-session.ts'\nimport { useState } from 'preact/hooks'",
    'shared/client/page-session.ts': "import { a } from '../protocol/ticket.ts'",
    'shared/protocol/ticket.ts': "import * as v from 'valibot'",
  })
  for (const [name, rule] of Object.entries(HOUSE)) test(name, () => expect(rule(fine)).toEqual([]))
})
