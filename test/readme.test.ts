/**
 * The README says what the code says. After a change of settings, errors, the demo's sign-in or the bench's results, this
 * writes it anew:
 * `npm test -- --project unit readme -u`.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import { FIGURES, readReadme, withGeneratedParts } from './readme/generated.ts'
import { plot, SCHEMES, type Scheme } from './readme/plot.ts'

const root = resolve(import.meta.dirname, '..')

test('the generated parts of the README are up to date', () =>
  expect(withGeneratedParts(readReadme())).toMatchFileSnapshot(resolve(root, 'README.md')))

test.each(Object.keys(SCHEMES) as Scheme[])('the plot is drawn from the results of the bench (%s)', (scheme) =>
  expect(plot(FIGURES, scheme)).toMatchFileSnapshot(resolve(root, `test/readme/bench-${scheme}.svg`)),
)

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
