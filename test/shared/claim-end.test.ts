/** How a claim ended, by what the gateway tells the account's devices. */
import { describe, expect, test } from 'vitest'
import type { Claim, EndedClaim } from '../../shared/protocol/messages.ts'
import { claimEnd } from '../../shared/ui/claim-end.ts'

const CLAIM = { session_id: 'ours' } as Claim
const end = (type: EndedClaim['type'], more: Partial<EndedClaim> = {}): EndedClaim => ({
  session_id: 'ours',
  type,
  at: 1,
  ...more,
})
const PHONE = { device_id: 'phone', device_name: 'My phone' }
const by = (type: EndedClaim['type'], more = {}) => claimEnd(CLAIM, [end(type, more)], 'laptop')

describe('a claim that is over', () => {
  test.each([
    ['approved', { kind: 'done', state: 'approved', reason: 'elsewhere', device: 'My phone' }],
    ['denied', { kind: 'done', state: 'denied', reason: 'elsewhere', device: 'My phone' }],
    ['number_mismatch', { kind: 'done', state: 'denied', reason: 'number_mismatch', device: 'My phone' }],
    ['claim_released', { kind: 'gone', why: 'released', device: 'My phone' }],
  ] as const)('%s on another device says on which', (type, told) => expect(by(type, PHONE)).toEqual(told))

  test.each([
    ['claim_lapsed', 'lapsed'],
    ['expired', 'lapsed'],
    ['canceled', 'canceled'],
    ['code_passed_on', 'code_passed_on'],
  ] as const)('%s was nobody’s answer', (type, why) => expect(by(type)).toEqual({ kind: 'gone', why }))

  test('by this very device is not told as another’s doing', () => {
    expect(claimEnd(CLAIM, [end('approved', PHONE)], 'phone')).toEqual({ kind: 'done', state: 'approved' })
    expect(claimEnd(CLAIM, [end('denied', PHONE)], 'phone')).toEqual({ kind: 'done', state: 'denied' })
  })

  test('by a device that is there no more names none', () => {
    expect(by('approved')).toEqual({ kind: 'done', state: 'approved', reason: 'elsewhere' })
  })

  test('is told by its last end, and by none of another session', () => {
    const ended = [end('denied', { session_id: 'theirs' }), end('approved', PHONE), end('claim_released', PHONE)]
    expect(claimEnd(CLAIM, ended, 'laptop')).toMatchObject({ kind: 'done', state: 'approved' })
    expect(claimEnd(CLAIM, [], 'laptop')).toEqual({ kind: 'gone', why: 'unknown' })
  })
})
