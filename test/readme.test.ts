/**
 * The README says what the code says. After a change of settings, errors or the demo's sign-in, this writes it anew:
 * `npm test -- --project unit readme -u`.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import { readReadme, withGeneratedParts } from './readme/generated.ts'

const root = resolve(import.meta.dirname, '..')

test('the generated parts of the README are up to date', () =>
  expect(withGeneratedParts(readReadme())).toMatchFileSnapshot(resolve(root, 'README.md')))

test('every file that the README points to is there', () => {
  const links = /\]\((?!https?:|#)([^)#]+)|src(?:set)?="(?!https?:)([^"]+)"/g
  const targets = [...readReadme().matchAll(links)].map((match) => (match[1] ?? match[2])!)
  expect(targets).toContain('test/readme/main-job-dark.png')
  expect(targets.filter((target) => !existsSync(resolve(root, target)))).toEqual([])
})

test('every npm script that the README names exists', () => {
  const named = [...readReadme().matchAll(/npm run (?:-s )?([a-z]+)/g)].map((match) => match[1]!)
  expect(named.filter((name) => !(name in packageJson.scripts))).toEqual([])
})
