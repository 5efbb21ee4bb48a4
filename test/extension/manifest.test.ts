/** What the extension asks of the browser: no more than it needs, and nothing before its person says so. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const read = (path: string) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'))

/** What is written for both, and what each browser is really given. */
const source = read('extension/manifest.json')
const chrome = read('dist/chrome/manifest.json')
const firefox = read('dist/firefox/manifest.json')
const each = describe.each([
  ['written', source],
  ['built for Chrome', chrome],
  ['built for Firefox', firefox],
])

each('the manifest as it is %s', (_, manifest) => {
  test('asks for exactly these permissions (X22)', () => {
    expect(manifest.permissions).toEqual([
      ...['storage', 'scripting', 'alarms', 'notifications', 'activeTab', 'contextMenus'],
    ])
    expect(manifest.optional_permissions).toBeUndefined()
  })
  test('asks for no site at installation (X22)', () => {
    expect(manifest.host_permissions).toBeUndefined()
    expect(manifest.content_scripts).toBeUndefined()
    expect(manifest.optional_host_permissions).toEqual(['https://*/*', 'http://localhost/*', 'http://127.0.0.1/*'])
    expect(JSON.stringify(manifest)).not.toContain('<all_urls>')
  })
  test('shows nothing to web pages and takes nothing from them or from other extensions (X22)', () => {
    expect(manifest.web_accessible_resources).toBeUndefined()
    expect(manifest.externally_connectable).toBeUndefined()
  })
})

each('the manifest as it is %s', (_, manifest) => {
  test('opens the popup by keys, the same in both', () => {
    expect(Object.keys(manifest.commands)).toEqual(['_execute_action'])
    expect(manifest.commands._execute_action.suggested_key).toEqual({ default: 'Alt+N', mac: 'MacCtrl+Shift+N' })
  })
})

describe('the manifest', () => {
  test('lets each browser have its own background, and Chrome its split private windows', () => {
    expect(chrome.background).toEqual({ service_worker: 'background.js' })
    expect(chrome.incognito).toBe('split')
    expect(firefox.background).toEqual({ scripts: ['background.js'] })
    expect(firefox.incognito).toBeUndefined()
  })
  test('has nothing in it that is meant for the build alone, or for the other browser', () => {
    for (const built of [chrome, firefox]) expect(JSON.stringify(built)).not.toMatch(/__(chrome|firefox)__/)
    expect(chrome.browser_specific_settings).toBeUndefined()
    expect(firefox.minimum_chrome_version).toBeUndefined()
  })
  test('says which data leaves the browser', () => {
    const { gecko } = firefox.browser_specific_settings
    expect(gecko.data_collection_permissions.required).not.toContain('none')
    expect(gecko.data_collection_permissions.required).toContain('authenticationInfo')
  })
})

each('the policy of the extension’s pages, as it is %s,', (_, manifest) => {
  const policy: string = manifest.content_security_policy.extension_pages
  const directives = new Map(
    policy.split(';').map((directive): [string, string[]] => {
      const [name = '', ...sources] = directive.trim().split(/\s+/)
      return [name, sources]
    }),
  )

  test('runs its own files only (X22)', () => {
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
