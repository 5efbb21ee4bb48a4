/** What an organisation can lay down for its browsers: suggestions, read with care, of a form that both browsers take. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { policyOf } from '../../extension/policy.ts'

const read = (path: string) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'))

test('a gateway and sites, by their origins', () => {
  const said = { gateway: 'https://nod.example.com/', sites: ['https://shop.example.com/login', 'https://b.example'] }
  expect(policyOf(said)).toEqual({
    gateway: 'https://nod.example.com',
    sites: ['https://shop.example.com', 'https://b.example'],
  })
})

test('what is malformed, or not safe to go to, counts as not said', () => {
  const nothing = { gateway: null, sites: [] }
  for (const said of [
    {},
    { gateway: 7, sites: 'https://a.example' },
    { gateway: null, sites: [null, 7, 'about:blank'] },
  ])
    expect(policyOf(said)).toEqual(nothing)
  for (const gateway of ['http://nod.example.com', 'javascript:alert(1)', 'https://a:b@nod.example.com', 'file:///etc'])
    expect(policyOf({ gateway })).toEqual(nothing)
})

test('Chrome is told its form in a schema, which is in the package; Firefox needs none', () => {
  const { managed_schema } = read('dist/chrome/manifest.json').storage
  const schema = read(`dist/chrome/${managed_schema}`)
  expect(Object.keys(schema.properties)).toEqual(Object.keys(policyOf({})))
  expect(read('dist/firefox/manifest.json').storage).toBeUndefined()
})

test('the background, which asks for permissions by no click of anybody, knows nothing of it', () => {
  const sources = ['sites', 'gateway', 'linking', 'pages', 'background'].map((name) =>
    readFileSync(new URL(`../../extension/background/${name}.ts`, import.meta.url), 'utf8'),
  )
  for (const source of sources) expect(source).not.toMatch(/policy|storage\.managed/)
})
