/** Who may say what inside the extension: only the browser's sender object counts, and each message has its senders. */
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import {
  FromGatewayPage,
  REQUESTS,
  type RequestName,
  readPort,
  readRequest,
  roleOf,
  type Sender,
} from '../../extension/messages.ts'
import type { Role } from '../../extension/ports.ts'
import { REQUEST_SAMPLES } from './samples.ts'

const self = { id: 'nodnodnodnod', base: 'chrome-extension://nodnodnodnod/' }
const page = (file: string): Sender => ({ id: self.id, url: self.base + file, origin: self.base.slice(0, -1) })
const widget: Sender = {
  id: self.id,
  url: 'https://shop.example/login',
  origin: 'https://shop.example',
  frameId: 0,
  tab: { id: 7 },
}

const SENDERS: Record<Role, Sender> = {
  popup: page('popup.html'),
  scan: { ...page('scan.html'), frameId: 0, tab: { id: 3 } },
  options: { ...page('options.html'), frameId: 0, tab: { id: 4 } },
  welcome: { ...page('welcome.html'), frameId: 0, tab: { id: 5 } },
  widget,
}

describe('the sender', () => {
  for (const [role, sender] of Object.entries(SENDERS)) {
    test(`is known as ${role}`, () => expect(roleOf(sender, self)).toBe(role))
  }
  test('may have a query', () => expect(roleOf(page('popup.html?x#y'), self)).toBe('popup'))

  const strangers: Record<string, Sender> = {
    'another extension': { ...page('popup.html'), id: 'otherother' },
    'a page of another extension': { id: self.id, url: 'chrome-extension://otherother/popup.html' },
    'a web page by external messaging': { url: 'https://shop.example/login', frameId: 0, tab: { id: 7 } },
    'a sender without address': { id: self.id },
    'a file of ours that is no page': page('background.js'),
    'a name that only begins like a page': page('popup.html.evil'),
    'a path below a page': page('x/popup.html'),
    'our address with a foreign origin': { ...page('popup.html'), origin: 'https://evil.test' },
    'a frame inside a page': { ...widget, frameId: 3 },
    'a content script without a tab': { id: self.id, url: widget.url!, frameId: 0 },
    'a tab with a local file': { ...widget, url: 'file:///login' },
    'a web page that looks like ours': { ...widget, url: 'https://evil.test/popup.html', frameId: 1 },
  }
  for (const [name, sender] of Object.entries(strangers)) {
    test(`is nobody: ${name}`, () => expect(roleOf(sender, self)).toBeNull())
  }
  test('is a widget at most, when its address is a web page', () =>
    expect(roleOf({ ...widget, url: 'https://evil.test/popup.html' }, self)).toBe('widget'))
})

describe('a request', () => {
  for (const name of Object.keys(REQUESTS) as RequestName[]) {
    const allowed: readonly Role[] = REQUESTS[name].from
    for (const role of Object.keys(SENDERS) as Role[]) {
      const may = allowed.includes(role)
      test(`${name} is ${may ? 'taken' : 'refused'} from ${role}`, () => {
        const read = readRequest({ name, input: REQUEST_SAMPLES[name] }, SENDERS[role], self)
        if (may) expect(read).toEqual({ name, input: REQUEST_SAMPLES[name] })
        else expect(read).toBeNull()
      })
    }
  }

  test('never comes from a login page', () =>
    expect(Object.values(REQUESTS).flatMap(({ from }) => from)).not.toContain('widget'))

  const malformed: [string, unknown][] = [
    ['nothing', undefined],
    ['a text', 'decide'],
    ['an unknown name', { name: 'format_disk', input: {} }],
    ['a name of every object', { name: 'constructor', input: {} }],
    ['a missing input', { name: 'release' }],
    ['a wrong type', { name: 'switch_site', input: { issuer: 'https://nod.example', client_id: 'shop', on: 'yes' } }],
    ['a member too many', { name: 'release', input: { account_id: 'a', claim_id: 'c', device_token: 'x' } }],
    ['an envelope with more in it', { name: 'cancel_link', input: {}, sender: 'options' }],
    [
      'an origin that a page made up',
      { name: 'scan_tab', input: { tab_id: 7, account_id: 'a', origin: 'https://bank.test' } },
    ],
    ['an endless text', { name: 'claim_scanned', input: { texts: ['x'.repeat(5000)], account_id: 'a' } }],
    [
      'an endless list',
      { name: 'claim_scanned', input: { texts: Array.from({ length: 9 }, () => 'x'), account_id: 'a' } },
    ],
    [
      'a page’s own word of where it is',
      { name: 'sign_in_here', input: { tab_id: 7, account_id: 'a', origin: 'https://bank.test' } },
    ],
  ]
  for (const [name, message] of malformed) {
    test(`is refused: ${name}`, () => {
      for (const sender of Object.values(SENDERS)) expect(readRequest(message, sender, self)).toBeNull()
    })
  }
})

describe('a port', () => {
  test('of a login page is the widget’s', () => {
    expect(readPort('page', widget, self)).toBe('page')
    expect(readPort('view', widget, self)).toBeNull()
  })
  test('of a viewer is one of our pages’', () => {
    for (const role of ['popup', 'scan', 'options'] as const) expect(readPort('view', SENDERS[role], self)).toBe('view')
    expect(readPort('page', SENDERS.popup, self)).toBeNull()
  })
  test('of a gateway’s page is a content script’s, and whose page that is the background looks at', () => {
    expect(readPort('takeover', widget, self)).toBe('takeover')
    expect(readPort('takeover', { ...widget, frameId: 3 }, self)).toBeNull()
    expect(readPort('takeover', SENDERS.popup, self)).toBeNull()
  })
  test('of a gateway’s page says a ticket, or that a person wants the window, and no more', () => {
    const ticket = `${'s'.repeat(22)}.${'t'.repeat(22)}`
    expect(v.is(FromGatewayPage, { type: 'take', ticket })).toBe(true)
    expect(v.is(FromGatewayPage, { type: 'open' })).toBe(true)
    for (const message of [
      { type: 'take' },
      { type: 'take', ticket: 'WDJBMJHT' },
      { type: 'take', ticket, issuer: 'https://evil.test' },
      { type: 'decide', decision: 'approve' },
    ])
      expect(v.is(FromGatewayPage, message)).toBe(false)
  })
  test('with another name is nobody’s', () => {
    expect(readPort('toString', widget, self)).toBeNull()
    expect(readPort('', SENDERS.popup, self)).toBeNull()
  })
})
