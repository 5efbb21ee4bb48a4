/** The canonical form that a signature stands on: RFC 8785. */
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../shared/protocol/decision.ts'

type Json = Parameters<typeof canonicalJson>[0]

test('the sample of RFC 8785 §3.2.2 and §3.2.3', () => {
  const sample = JSON.parse(`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
    "literals": [null, true, false]
  }`)
  expect(canonicalJson(sample)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
      '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  )
})

test('members are sorted by UTF-16 code units, RFC 8785 §3.2.3', () => {
  const sample = {
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew Letter Dalet With Dagesh',
    '1': 'One',
    '\ud83d\ude00': 'Emoji: Grinning Face',
    '\u0080': 'Control',
    '\u00f6': 'Latin Small Letter O With Diaeresis',
  }
  expect(Object.keys(JSON.parse(canonicalJson(sample)))).toHaveLength(7)
  const order = [...canonicalJson(sample).matchAll(/:"([^"]+)"/g)].map((match) => match[1])
  expect(order).toEqual([
    'Carriage Return',
    'One',
    'Control',
    'Latin Small Letter O With Diaeresis',
    'Euro Sign',
    'Emoji: Grinning Face',
    'Hebrew Letter Dalet With Dagesh',
  ])
})

describe('one value has one form', () => {
  const value = { b: [1, { d: null, c: 'x' }], a: { z: true, y: -0 } }

  test('whatever the order its members were written in', () => {
    const other = { a: { y: 0, z: true }, b: [1, { c: 'x', d: null }] }
    expect(canonicalJson(other)).toBe(canonicalJson(value))
    expect(canonicalJson(value)).toBe('{"a":{"y":0,"z":true},"b":[1,{"c":"x","d":null}]}')
  })

  test('and reading that form leads back to it', () => {
    const form = canonicalJson(value)
    expect(canonicalJson(JSON.parse(form))).toBe(form)
  })

  test('what is missing and what is undefined are the same', () => {
    expect(canonicalJson({ a: 1, b: undefined })).toBe(canonicalJson({ a: 1 }))
  })

  test('members of an array keep their order', () => {
    expect(canonicalJson([2, 1])).not.toBe(canonicalJson([1, 2]))
  })

  test.each(['', 0, false, null, [], {}] as Json[])('%j stays what it is', (plain) => {
    expect(canonicalJson(plain)).toBe(JSON.stringify(plain))
  })
})
