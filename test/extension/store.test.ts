/** What the stores are told is true of what is built: the short text, each permission, the data. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const json = (path: string) => JSON.parse(read(path))

const manifest = json('dist/firefox/manifest.json')

describe.each(['en', 'zh_CN'])('in %s', (language) => {
  const listing = read(`extension/store/listing.${language}.md`)

  test('the short text is the catalogue’s', () => {
    expect(listing).toContain(`\n${json(`shared/locales/${language}.json`).extension_description}\n`)
  })

  test('each permission that is asked for has its reason, and no other is named', () => {
    const named = [...listing.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)
    expect(named.sort()).toEqual([...manifest.permissions].sort())
  })

  test('the data is what the manifest declares', () => {
    const declared: string[] = manifest.browser_specific_settings.gecko.data_collection_permissions.required
    const named = [...listing.matchAll(/（`(\w+)`）|\(`(\w+)`\)/g)].map(([, zh, en]) => zh ?? en)
    expect(named.sort()).toEqual([...declared].sort())
  })
})
