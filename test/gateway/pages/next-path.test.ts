/** Where a sign-in leads: nowhere but to this origin (G80). */
import { expect, test } from 'vitest'
import { nextPath } from '../../../gateway/pages/next-path.ts'

const ORIGIN = 'https://nod.example'
const next = (value: string) => nextPath(`?${new URLSearchParams({ next: value })}`, ORIGIN)

test.each(['/', '/code', '/code#WDJB-MJHT', '/link?x=1#y', '/a//b', '/%2F%2Fevil.example'])('%s is gone to', (path) => {
  expect(next(path)).toBe(path)
})

test.each([
  '',
  'code',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '\t//evil.example',
  ' //evil.example',
  'https://evil.example',
  'https:evil.example',
  'https://nod.example@evil.example',
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'data:text/html,x',
  '/å',
  // What is left of these once their dots are taken away begins with two slashes.
  '/.//evil.example',
  '/..//evil.example',
  '/a/..//evil.example',
  '/%2e//evil.example',
  '/a/%2E%2e//evil.example',
])('%j is not', (path) => {
  expect(next(path)).toBeNull()
})

test('nothing said is nowhere to go', () => {
  expect(nextPath('', ORIGIN)).toBeNull()
})
