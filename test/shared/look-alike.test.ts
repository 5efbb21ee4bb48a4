/** Hosts that are made to be taken for others, and those that are merely other ones. */
import { describe, expect, test } from 'vitest'
import { looksLike, mixesScripts, resembled } from '../../shared/protocol/look-alike.ts'

describe('a host looks like another', () => {
  test.each([
    ['wholly in twins of Latin letters', 'https://аррӏе.example', 'https://apple.example'],
    ['the same in punycode', 'https://xn--80ak6aa92e.example', 'https://apple.example'],
    ['with one foreign letter', 'https://shοp.example', 'https://shop.example'],
    ['by an accent', 'https://shóp.example', 'https://shop.example'],
    ['by digits', 'https://sh0p.examp1e', 'https://shop.example'],
    ['by two letters drawn as one', 'https://rnail.example', 'https://mail.example'],
    ['on another port', 'https://sh0p.example:8443', 'https://shop.example'],
    ['where the known one is the foreign one', 'https://bucher.example', 'https://bücher.example'],
  ])('%s', (_, origin, known) => expect(looksLike(origin, known)).toBe(true))

  test.each([
    ['that is the same', 'https://shop.example', 'https://shop.example'],
    ['that is the same on another port', 'http://shop.example:81', 'https://shop.example'],
    ['of another name', 'https://shop1.example', 'https://shop2.example'],
    ['that is none', 'null', 'https://shop.example'],
    ['neither of which is one', 'null', 'about:blank'],
  ])('but not one %s', (_, origin, known) => expect(looksLike(origin, known)).toBe(false))
})

describe('scripts', () => {
  test.each(['https://shοp.example', 'https://аpple.example', 'https://xn--pple-43d.example'])(
    'are mixed in %s',
    (origin) => expect(mixesScripts(origin)).toBe(true),
  )

  test.each([
    'https://shop.example',
    'https://bücher.example',
    'https://пример.example',
    'https://例え.テスト',
    'https://例子abc.example',
    'https://xn--zzzzzzzzzzzz.example',
    'http://127.0.0.1:3000',
    'http://[::1]',
    'null',
  ])('are not in %s', (origin) => expect(mixesScripts(origin)).toBe(false))
})

describe('which known origin a foreign one tries to look like', () => {
  const KNOWN = ['https://nod.example', 'https://shop.example', 'http://localhost:3000', 'http://127.0.0.1:3000']
  test.each([
    ['https://sh0p.example', 'https://shop.example'],
    ['https://shop.example.evil.test', 'https://shop.example'],
    ['https://shop-example.test', 'https://shop.example'],
    ['https://shop.example-login.test', 'https://shop.example'],
    ['https://n0d.example.evil.test', 'https://nod.example'],
    ['https://evil.test', null],
    ['https://shop.example.', 'https://shop.example'],
    ['https://localhost.evil.test', null],
    ['http://127.0.0.1.evil.test', null],
    ['null', null],
    ['about:blank', null],
    ['', null],
  ])('%s: %s', (origin, known) => expect(resembled(origin, KNOWN)).toBe(known))
})
