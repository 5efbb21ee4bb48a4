/** The rotating ticket, the link that carries it, and the code that is typed in its place. */
import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  acceptedSlots,
  deriveTicket,
  formatUserCode,
  fromBase64url,
  normalizeUserCode,
  parseScanned,
  qrLink,
  TICKET,
  ticketSlot,
  toBase64url,
} from '../../shared/protocol/ticket.ts'

const ISSUER = 'https://nod.example'
const SESSION = 'AAAAAAAAAAAAAAAAAAAAAA'
const SECRET = 'BBBBBBBBBBBBBBBBBBBBBB'

describe('a ticket', () => {
  const key = toBase64url(Uint8Array.from({ length: 32 }, (_, index) => index))

  test('is the first half of an HMAC over session and slot, as the protocol says', async () => {
    for (const slot of [0, 1, 5, 12_345]) {
      const mac = createHmac('sha256', Buffer.from(key, 'base64url')).update(`${SESSION}${slot}`).digest()
      expect(await deriveTicket(key, SESSION, slot)).toBe(mac.subarray(0, 16).toString('base64url'))
    }
  })

  test('is another one in each slot and for each session', async () => {
    const tickets = [deriveTicket(key, SESSION, 0), deriveTicket(key, SESSION, 1), deriveTicket(key, SECRET, 0)]
    expect(new Set(await Promise.all(tickets)).size).toBe(3)
  })

  test('fits the form that claims are checked for', async () => {
    expect(`${SESSION}.${await deriveTicket(key, SESSION, 3)}`).toMatch(TICKET)
  })
})

test('slots are whole periods since the session was made', () => {
  const slots = [1000, 1029, 1030, 1059, 1060].map((now) => ticketSlot(now, 1000, 30))
  expect(slots).toEqual([0, 0, 1, 1, 2])
  expect(ticketSlot(1029.999, 1000, 30)).toBe(0)
  expect(ticketSlot(990, 1000, 30), 'a clock that is behind').toBe(0)
})

test('a ticket is taken in its own slot and in the first ten seconds of the next', () => {
  const taken = (now: number) => acceptedSlots(now, 1000, 30)
  expect([taken(1000), taken(1029), taken(1030), taken(1039), taken(1040), taken(1060)]).toEqual([
    [0],
    [0],
    [1, 0],
    [1, 0],
    [1],
    [2, 1],
  ])
})

describe('what is scanned', () => {
  const ticket = `${SESSION}.${SECRET}`

  test('reads back what the QR code says', () => {
    expect(parseScanned(qrLink(ISSUER, SESSION, SECRET))).toEqual({ kind: 'ticket', issuer: ISSUER, ticket })
  })

  test.each([
    [` ${ISSUER}/q#${ticket}\n`, { kind: 'ticket', issuer: ISSUER, ticket }],
    [`http://localhost:8787/q#${ticket}`, { kind: 'ticket', issuer: 'http://localhost:8787', ticket }],
    [`HTTPS://NOD.EXAMPLE/q#${ticket}`, { kind: 'ticket', issuer: ISSUER, ticket }],
    [`${ISSUER}/code#WDJB-MJHT`, { kind: 'user_code', issuer: ISSUER, user_code: 'WDJBMJHT' }],
    [`${ISSUER}/code#wdjbmjht`, { kind: 'user_code', issuer: ISSUER, user_code: 'WDJBMJHT' }],
  ])('takes %s', (text, link) => {
    expect(parseScanned(text)).toEqual(link)
  })

  test.each([
    '',
    'WDJB-MJHT',
    'not a link',
    ISSUER,
    `${ISSUER}/q`,
    `${ISSUER}/q#`,
    `${ISSUER}/q#${SESSION}`,
    `${ISSUER}/q#${SESSION}.${SECRET}.${SECRET}`,
    `${ISSUER}/q#${SESSION}.${SECRET}x`,
    `${ISSUER}/q#${SESSION}.${SECRET.slice(1)}`,
    `${ISSUER}/q?x=1#${ticket}`,
    `${ISSUER}/q/x#${ticket}`,
    `https://somebody@nod.example/q#${ticket}`,
    `https://nod.example:secret@evil.example/q#${ticket}`,
    `javascript:alert(1)//q#${ticket}`,
    `nod://nod.example/q#${ticket}`,
    `data:text/html,/q#${ticket}`,
    `${ISSUER}/code`,
    `${ISSUER}/code#AEIO-UAEI`,
    `${ISSUER}/link#${SESSION}`,
  ])('does not take %s', (text) => {
    expect(parseScanned(text)).toBeNull()
  })
})

describe('a typed code', () => {
  test.each(['WDJBMJHT', 'wdjb-mjht', ' WDJB MJHT ', 'w d j b m j h t', 'WDJB–MJHT', 'WDJB—MJHT', '-WDJB--MJHT-'])(
    '%s is WDJBMJHT',
    (typed) => expect(normalizeUserCode(typed)).toBe('WDJBMJHT'),
  )

  test.each(['', 'WDJBMJH', 'WDJBMJHTT', 'WDJBMJHA', 'WDJBMJH1', 'WDJB_MJHT', 'ＷDJBMJHT', 'wdjbmjhß'])(
    '"%s" is none',
    (typed) => expect(normalizeUserCode(typed)).toBeNull(),
  )

  test('is shown with a dash in the middle', () => {
    expect(formatUserCode('WDJBMJHT')).toBe('WDJB-MJHT')
  })
})

test('base64url goes there and back for all lengths and bytes', () => {
  for (let length = 0; length <= 66; length++) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 37 + length) % 256)
    const text = toBase64url(bytes)
    expect(text).toBe(Buffer.from(bytes).toString('base64url'))
    expect(fromBase64url(text)).toEqual(bytes)
  }
  expect(() => fromBase64url('not base64url!')).toThrow()
})
