/** SECURITY.md says what the tests show. After a change of names: `npm test -- --project unit test/risk -u`. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { MITIGATIONS } from './mitigations.ts'
import { readSecurity, shown, shownIn, withTable } from './shown.ts'

const root = resolve(import.meta.dirname, '../..')

const all = shown()

test('the table of mitigations is up to date', () =>
  expect(withTable(readSecurity())).toMatchFileSnapshot(resolve(root, 'SECURITY.md')))

test('it has all that RFC 10027 §6.1 lists', () => expect(new Set(MITIGATIONS.map(({ name }) => name)).size).toBe(17))

test.each(MITIGATIONS.map((one, index) => ({ ...one, number: index + 1 })))(
  '§6.1.$number $name is shown by a test exactly when it is claimed',
  ({ number, claimed }) => expect(all.some((one) => one.number === number)).toBe(claimed !== 'no'),
)

test('no test claims to show what is not there', () => {
  expect(all.filter(({ number }) => number < 1 || number > MITIGATIONS.length)).toEqual([])
})

test('a name says what it shows at its end, beside other things', () => {
  // Put together here, so that these are not taken for names themselves.
  const tag = ['RFC 10027', '§6.1.2, §6.1.3'].join(' ')
  const names = [`it('dies (G07, ${tag})', run)`, `it('says ${tag} somewhere else', run)`, `it("it's over (${tag})")`]
  expect(shownIn('a', names.join('\n')).map(({ number, name }) => [number, name])).toEqual([
    [2, 'dies'],
    [3, 'dies'],
    [2, "it's over"],
    [3, "it's over"],
  ])
})

test('every file that it points to is there', () => {
  const targets = [...readSecurity().matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1]!)
  expect(targets.length).toBeGreaterThan(17)
  expect(targets.filter((target) => !existsSync(resolve(root, target)))).toEqual([])
})
