/** What the extension asks of the browser: no more than it needs, and nothing before its person says so. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const source = JSON.parse(readFileSync(new URL('../../extension/manifest.json', import.meta.url), 'utf8'))
const policy: string = source.content_security_policy.extension_pages
const directives = new Map(
  policy.split(';').map((directive): [string, string[]] => {
    const [name = '', ...sources] = directive.trim().split(/\s+/)
    return [name, sources]
  }),
)

describe('the manifest', () => {
  test('asks for exactly these permissions', () => {
    expect(source.permissions).toEqual(['storage', 'scripting', 'alarms', 'notifications', 'activeTab'])
  })
  test('asks for no site at installation', () => {
    expect(source.host_permissions).toBeUndefined()
    expect(source.content_scripts).toBeUndefined()
    expect(source.optional_host_permissions).toEqual(['https://*/*', 'http://localhost/*', 'http://127.0.0.1/*'])
  })
  test('shows nothing to web pages and takes nothing from them or from other extensions', () => {
    expect(source.web_accessible_resources).toBeUndefined()
    expect(source.externally_connectable).toBeUndefined()
  })
  test('lets each browser have its own background, and Chrome its split private windows', () => {
    expect(source.background).toEqual({
      __chrome__service_worker: 'background.js',
      __firefox__scripts: ['background.js'],
    })
    expect(source.__chrome__incognito).toBe('split')
    expect(source.incognito).toBeUndefined()
  })
  test('says which data leaves the browser', () => {
    const { gecko } = source.__firefox__browser_specific_settings
    expect(gecko.data_collection_permissions.required).not.toContain('none')
    expect(gecko.data_collection_permissions.required).toContain('authenticationInfo')
  })
})

describe('the policy of the extension’s pages', () => {
  test('runs its own files only', () => {
    expect(directives.get('default-src')).toEqual(["'none'"])
    expect(directives.get('script-src')).toEqual(["'self'"])
    expect(directives.get('style-src')).toEqual(["'self'"])
    expect(policy).not.toMatch(/unsafe|wasm|\*:\/\//)
  })
  test('talks to https and to this machine, sockets included, and nowhere else', () => {
    const plain = directives.get('connect-src')?.filter((one) => !one.startsWith('https') && !one.startsWith('wss'))
    expect(plain?.every((one) => /^(http|ws):\/\/(localhost|127\.0\.0\.1):\*$/.test(one))).toBe(true)
    expect(policy).not.toContain('upgrade-insecure-requests')
  })
  test('cannot be framed, and sends no form', () => {
    expect(directives.get('frame-ancestors')).toEqual(["'none'"])
    expect(directives.get('form-action')).toEqual(["'none'"])
    expect(directives.get('base-uri')).toEqual(["'none'"])
  })
})
