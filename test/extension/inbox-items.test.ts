/** The list of open requests: what the gateway says and what was done here, brought together without losing either. */
import { describe, expect, test } from 'vitest'
import {
  add as addTo,
  inPhase,
  isOpen,
  isOver,
  lapse,
  merge,
  type Said,
  without,
} from '../../extension/background/inbox-items.ts'
import type { InboxItem, Provenance } from '../../extension/state.ts'
import type { Claim, EndedClaim } from '../../shared/protocol/messages.ts'

const claim = (claim_id: string, now = 1000): Claim => ({
  claim_id,
  session_id: `session of ${claim_id}`,
  challenge: 'challenge',
  expires_at: now + 60,
  now,
  confirm: 'number',
  request: {
    client: { client_id: 'shop', name: 'Shop', origins: ['https://shop.example'] },
    origin: 'https://shop.example',
    page: { browser: 'Firefox 153', os: 'Linux', ip: '203.0.113.7' },
    same_network: true,
    known_page: false,
    scope: 'openid',
    started_at: 990,
  },
  context_hash: 'hash',
})
const ME = 'this device'
const MINE = 'an account'
const ref = (claim_id: string) => ({ account_id: MINE, claim_id })
/** What the gateway says when these are open. */
const said = (claims: Claim[] = [], ...ended: EndedClaim[]): Said => ({
  account_id: MINE,
  claims,
  ended,
  device_id: ME,
})
const add = (items: InboxItem[], one: Claim, now: number, seen?: Provenance) => addTo(items, MINE, one, now, seen)
const observed = { tab_id: 7, origin: 'https://shop.example', document: 'D1' }
const kinds = (items: InboxItem[]) => items.map(({ claim, phase }) => `${claim.claim_id} ${phase.kind}`)

describe('what the gateway says', () => {
  test('a claim of another device arrives as asking, and not as one of ours', () => {
    const [item] = merge([], said([claim('a')]), 5)
    expect(item).toMatchObject({ phase: { kind: 'asking' }, mine: false, received_at: 5 })
  })

  test('a claim of ours keeps what was seen of its tab', () => {
    const [item] = merge(add([], claim('a'), 1, { observed }), said([claim('a', 1010)]), 2)
    expect(item).toMatchObject({ mine: true, observed, received_at: 2, claim: { now: 1010 } })
  })

  test('one that is no longer listed is gone, not silently missing', () => {
    const [item] = merge(add([], claim('a'), 1), said(), 2)
    expect(item?.phase).toEqual({ kind: 'gone', why: 'unknown' })
  })

  test('one that was taken since the list was made is not ended by it', () => {
    expect(kinds(merge(add([], claim('a'), 5, { carried: true }), said(), 4))).toEqual(['a asking'])
  })

  test('one that is no longer listed when its time is up has lapsed', () => {
    const [item] = merge(add([], claim('a'), 1000), said(), 61_000)
    expect(item?.phase).toEqual({ kind: 'gone', why: 'lapsed' })
  })

  test('one that another device answered says how, and on which', () => {
    const session_id = 'session of a'
    const end = { session_id, type: 'approved', at: 1001, device_id: 'phone', device_name: 'My phone' } as const
    const [item] = merge(add([], claim('a'), 1), said([], end), 2)
    expect(item?.phase).toEqual({ kind: 'done', state: 'approved', reason: 'elsewhere', device: 'My phone' })
  })

  test('one whose refusal did not say how it ended is explained by the list that follows', () => {
    const gone = inPhase(add([], claim('a'), 1), ref('a'), { kind: 'gone', why: 'unknown' })
    const [item] = merge(gone, said([], { session_id: 'session of a', type: 'canceled', at: 1001 }), 2)
    expect(item?.phase).toEqual({ kind: 'gone', why: 'canceled' })
  })

  test('one whose answer is on its way, or arrived, is left alone', () => {
    const sending = inPhase(add([], claim('a'), 1), ref('a'), { kind: 'sending' })
    expect(kinds(merge(sending, said(), 2))).toEqual(['a sending'])
    const done = inPhase(sending, ref('a'), { kind: 'done', state: 'approved' })
    expect(kinds(merge(done, said(), 2))).toEqual(['a done'])
    expect(kinds(merge(done, said([claim('a')]), 2))).toEqual(['a done'])
  })

  test('one that was thought gone and is listed again asks again', () => {
    const gone = merge(add([], claim('a'), 1), said(), 2)
    expect(kinds(merge(gone, said([claim('a')]), 3))).toEqual(['a asking'])
  })
})

describe('a gateway that says nothing', () => {
  test('does not keep a request waiting for longer than it can be answered', () => {
    const items = add([], claim('a'), 1000)
    expect(kinds(lapse(items, 61_000))).toEqual(['a asking'])
    expect(lapse(items, 64_000).map(({ phase }) => phase)).toEqual([{ kind: 'gone', why: 'lapsed' }])
  })

  test('ends nothing that is answered or being answered', () => {
    const sending = inPhase(add([], claim('a'), 1000), ref('a'), { kind: 'sending' })
    expect(kinds(lapse(sending, 99_000))).toEqual(['a sending'])
  })

  test('is believed again once it speaks', () => {
    const gone = lapse(add([], claim('a'), 1000), 64_000)
    expect(kinds(merge(gone, said([claim('a', 1070)]), 64_500))).toEqual(['a asking'])
  })
})

describe('two accounts', () => {
  const other = 'another account'
  const both = addTo(add([], claim('a'), 1, { observed }), other, claim('a'), 1)

  test('have a claim each, even where their gateways call them alike', () => {
    expect(both.map(({ account_id }) => account_id)).toEqual([other, MINE])
    const news = merge(both, { ...said([claim('a', 1010)]), account_id: other }, 9)
    expect(news.map(({ received_at }) => received_at)).toEqual([9, 1])
  })

  test('hear nothing of each other’s: an empty list of one ends nothing of the other', () => {
    expect(kinds(merge(both, said(), 2))).toEqual(['a asking', 'a gone'])
  })

  test('are answered for one by one', () => {
    expect(kinds(inPhase(both, ref('a'), { kind: 'sending' }))).toEqual(['a asking', 'a sending'])
    expect(without(both, ref('a')).map(({ account_id }) => account_id)).toEqual([other])
  })
})

describe('what is done here', () => {
  test('a new claim takes the place of those that are over, not of those that are open', () => {
    const open = add([], claim('a'), 1)
    const over = inPhase(add(open, claim('b'), 1), ref('b'), { kind: 'done', state: 'denied' })
    expect(kinds(add(over, claim('c'), 2))).toEqual(['c asking', 'a asking'])
  })

  test('the same claim again is one claim, now with what was seen', () => {
    const items = add(merge([], said([claim('a')]), 1), claim('a'), 2, { observed })
    expect(items).toHaveLength(1)
    expect(items[0]).toMatchObject({ mine: true, observed })
  })

  test('putting one away leaves the others', () => {
    expect(kinds(without(add(add([], claim('a'), 1), claim('b'), 1), ref('a')))).toEqual(['b asking'])
  })

  test('a failed answer still waits for one; an answered or ended request does not', () => {
    const item = (phase: InboxItem['phase']): InboxItem => ({
      account_id: MINE,
      claim: claim('a'),
      received_at: 1,
      mine: true,
      phase,
    })
    expect(isOpen(item({ kind: 'failed', problem: { code: 'unreachable' }, retry: true }))).toBe(true)
    expect(isOpen(item({ kind: 'sending' }))).toBe(false)
    expect(isOver(item({ kind: 'gone', why: 'unknown' }))).toBe(true)
    expect(isOver(item({ kind: 'done', state: 'denied', reason: 'elsewhere' }))).toBe(true)
  })
})
