/** README.md lists what the tests are. After a change of names: `npm test -- --project unit test/conformance -u`. */
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { REQUIREMENTS } from './requirement.ts'
import { differences, readReadme, shown, testCount, withTables } from './traceability.ts'

test('the tables of README.md are up to date', () =>
  expect(withTables(readReadme())).toMatchFileSnapshot(resolve(import.meta.dirname, 'README.md')))

test('no test is missing from them', () => expect(shown().length + differences().length).toBe(testCount()))

test('every requirement has more than one judge', () => {
  for (const requirement of Object.keys(REQUIREMENTS)) {
    const judges = shown().flatMap((one) => (one.requirement === requirement ? [one.what.split(' ')[0]] : []))
    expect([requirement, new Set(judges).size > 1]).toEqual([requirement, true])
  }
})
