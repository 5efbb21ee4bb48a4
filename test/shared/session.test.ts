/**
 * The session machine, exhaustively: every state with every event at every telling moment against a table written down
 * here by hand, and every sequence of moves up to a length against the invariants.
 */
import { describe, expect, test } from 'vitest'
import {
  type Change,
  type Event,
  isOver,
  type Refusal,
  type Session,
  type State,
  transition,
} from '../../shared/protocol/session.ts'

const DURATIONS = { claim_seconds: 60, code_seconds: 60 }
const CREATED = 1000
const FIRST_END = 1180

const session = (change: Partial<Session> = {}): Session =>
  Object.freeze({
    state: 'pending',
    version: 7,
    created_at: CREATED,
    first_expires_at: FIRST_END,
    expires_at: FIRST_END,
    dead_slot: -1,
    claim_id: null,
    claim_sub: null,
    lease_ends_at: null,
    delivered_at: null,
    end_reason: null,
    ...change,
  })

const CLAIM = { claim_id: 'ours', claim_sub: 'alice', lease_ends_at: 1110, dead_slot: 1 }

const IN: Record<State, Session> = {
  pending: session(),
  claimed: session({ ...CLAIM, state: 'claimed' }),
  approved: session({ ...CLAIM, state: 'approved' }),
  redeemed: session({ ...CLAIM, state: 'redeemed', delivered_at: 1090 }),
  denied: session({ ...CLAIM, state: 'denied' }),
  expired: session({ state: 'expired' }),
  canceled: session({ state: 'canceled' }),
}
const STATES = Object.keys(IN) as State[]

const EVENTS = {
  claim: { type: 'claim', claim_id: 'new', sub: 'bob', slot: 3 },
  release: { type: 'release', claim_id: 'ours' },
  'release of another claim': { type: 'release', claim_id: 'theirs' },
  approve: { type: 'approve', claim_id: 'ours', delivered: false },
  'approve before a waiting page': { type: 'approve', claim_id: 'ours', delivered: true },
  'approve of another claim': { type: 'approve', claim_id: 'theirs', delivered: true },
  deny: { type: 'deny', claim_id: 'ours' },
  'deny of another claim': { type: 'deny', claim_id: 'theirs' },
  deliver: { type: 'deliver' },
  redeem: { type: 'redeem' },
  cancel: { type: 'cancel' },
  'its code was passed on': { type: 'passed_on' },
  revoke: { type: 'revoke' },
  tick: { type: 'tick' },
} satisfies Record<string, Event>

type EventName = keyof typeof EVENTS
type Outcome = { to: State } | { no: Refusal }

const over = { no: 'session_over' } as const
const decided = { no: 'already_decided' } as const
const no_claim = { no: 'claim_not_found' } as const

/** What each event does within the time of the session and of its lease. */
const TABLE: Record<EventName, Record<State, Outcome>> = {
  claim: {
    pending: { to: 'claimed' },
    claimed: { no: 'session_claimed' },
    approved: over,
    redeemed: over,
    denied: over,
    expired: over,
    canceled: over,
  },
  release: byClaim({ to: 'pending' }),
  'release of another claim': byClaim(no_claim),
  approve: byClaim({ to: 'approved' }),
  'approve before a waiting page': byClaim({ to: 'approved' }),
  'approve of another claim': byClaim(no_claim),
  deny: byClaim({ to: 'denied' }),
  'deny of another claim': byClaim(no_claim),
  deliver: { ...all({ no: 'not_approved' }), approved: { to: 'approved' } },
  redeem: { ...all({ no: 'not_approved' }), approved: { to: 'redeemed' } },
  cancel: { ...all(over), pending: { to: 'canceled' }, claimed: { to: 'canceled' }, approved: decided },
  'its code was passed on': { ...all(over), pending: { to: 'canceled' }, claimed: { to: 'canceled' } },
  revoke: {
    ...all(over),
    pending: { no: 'not_approved' },
    claimed: { no: 'not_approved' },
    approved: { to: 'canceled' },
  },
  tick: all({ no: 'not_due' }),
}

function all(outcome: Outcome): Record<State, Outcome> {
  return Object.fromEntries(STATES.map((state) => [state, outcome])) as Record<State, Outcome>
}

function byClaim(outcome: Outcome): Record<State, Outcome> {
  return { ...all(decided), pending: no_claim, claimed: outcome }
}

const outcomeOf = (before: Session, event: Event, now: number): Outcome => {
  const result = transition(before, event, now, DURATIONS)
  return result.ok ? { to: result.change.state ?? before.state } : { no: result.reason }
}

describe.each(STATES)('%s', (state) => {
  test.each(Object.keys(EVENTS) as EventName[])('%s, in time', (name) => {
    expect(outcomeOf(IN[state], EVENTS[name], 1100)).toEqual(TABLE[name][state])
  })

  test.each(Object.keys(EVENTS) as EventName[])('%s, at the end of the session and after it', (name) => {
    for (const now of [FIRST_END, FIRST_END + 1, FIRST_END + 10_000]) {
      const expected = isOver(state) ? TABLE[name][state] : name === 'tick' ? { to: 'expired' } : over
      expect(outcomeOf(IN[state], EVENTS[name], now)).toEqual(expected)
    }
  })
})

describe('a lease', () => {
  const claim = (now: number): Change => {
    const result = transition(session(), EVENTS.claim, now, DURATIONS)
    if (!result.ok) throw new Error(result.reason)
    return result.change
  }

  test('is freed by time, not before', () => {
    expect(outcomeOf(IN.claimed, EVENTS.tick, 1109)).toEqual({ no: 'not_due' })
    expect(outcomeOf(IN.claimed, EVENTS.tick, 1110)).toEqual({ to: 'pending' })
  })

  test('freed or let go, leaves no trace of who had it but the dead tickets', () => {
    for (const [event, now] of [
      [EVENTS.tick, 1110],
      [EVENTS.release, 1109],
    ] as const) {
      const result = transition(IN.claimed, event, now, DURATIONS)
      expect(result).toMatchObject({ ok: true, change: { claim_id: null, claim_sub: null, lease_ends_at: null } })
      expect(result.ok && 'dead_slot' in result.change).toBe(false)
    }
  })

  test('that has run out answers nothing, even before it is freed', () => {
    for (const event of [EVENTS.approve, EVENTS.deny, EVENTS.release]) {
      expect(transition(IN.claimed, event, 1110, DURATIONS)).toEqual({ ok: false, reason: 'claim_not_found' })
    }
  })

  test('early in a session does not move its end', () => {
    expect(claim(1010)).toMatchObject({ lease_ends_at: 1070, expires_at: FIRST_END })
  })

  test('taken in the last second moves the end, so that there is time to answer', () => {
    expect(claim(FIRST_END - 1)).toMatchObject({ lease_ends_at: FIRST_END + 59, expires_at: FIRST_END + 59 })
  })

  test('never moves the end by more than two leases', () => {
    const late = session({ expires_at: FIRST_END + 119 })
    const result = transition(late, EVENTS.claim, FIRST_END + 100, DURATIONS)
    expect(result).toMatchObject({ ok: true, change: { expires_at: FIRST_END + 120, lease_ends_at: FIRST_END + 120 } })
  })

  test('kills every ticket up to its own, and never brings one back', () => {
    const kill = (dead_slot: number) => transition(session({ dead_slot }), EVENTS.claim, 1100, DURATIONS)
    expect(kill(-1)).toMatchObject({ change: { dead_slot: 3 } })
    expect(kill(9)).toMatchObject({ change: { dead_slot: 9 } })
  })
})

describe('a code', () => {
  const change = (event: Event, now: number, before = IN.approved) => {
    const result = transition(before, event, now, DURATIONS)
    return result.ok ? result.change : null
  }

  test('whose page waits lives from the approval on', () => {
    const approved = change(EVENTS['approve before a waiting page'], 1100, IN.claimed)
    expect(approved).toMatchObject({ delivered_at: 1100, expires_at: 1160 })
  })

  test('whose page is away can be fetched until the session ends, and for a code’s life at least', () => {
    expect(change(EVENTS.approve, 1100, IN.claimed)).toMatchObject({ expires_at: FIRST_END })
    const late = { ...IN.claimed, lease_ends_at: FIRST_END }
    expect(change(EVENTS.approve, 1170, late)).toMatchObject({ expires_at: 1230 })
  })

  test('lives from its first delivery on, which is no change anybody waits for', () => {
    expect(change(EVENTS.deliver, 1175)).toEqual({ delivered_at: 1175, expires_at: 1235 })
  })

  test('is delivered for the first time once', () => {
    const delivered = session({ ...CLAIM, state: 'approved', delivered_at: 1100 })
    expect(outcomeOf(delivered, EVENTS.deliver, 1101)).toEqual({ no: 'not_due' })
  })
})

/** Every sequence of moves, time passing between them, from a new session. */
function* histories(depth: number): Generator<Move> {
  const fresh = session({ version: 1 })
  let front: { at: Session; now: number }[] = [{ at: fresh, now: CREATED }]
  for (let step = 0; step < depth; step++) {
    const next = new Map<string, { at: Session; now: number }>()
    for (const { at, now: then } of front) {
      for (const passed of [0, 1, 29, 59, 60, 61, 119, 170]) {
        for (const event of Object.values(EVENTS)) {
          const now = then + passed
          const result = transition(at, renamed(event, at), now, DURATIONS)
          if (!result.ok) continue
          const after = session({ ...at, ...result.change })
          yield { before: at, event, now, after }
          next.set(JSON.stringify([after, now]), { at: after, now })
        }
      }
    }
    front = [...next.values()]
  }
}

/** "Ours" is whichever claim is open. */
const renamed = (event: Event, { claim_id }: Session): Event =>
  'claim_id' in event && event.claim_id === 'ours' ? { ...event, claim_id: claim_id ?? 'ours' } : event

type Move = { before: Session; event: Event; now: number; after: Session }

const LAST_END = FIRST_END + 2 * DURATIONS.claim_seconds

const INVARIANTS: Record<string, (move: Move) => boolean> = {
  'nothing leads out of an end': ({ before }) => !isOver(before.state),
  'the version grows by one with all that is to be seen': ({ before, event, after }) =>
    after.version === before.version + (event.type === 'deliver' ? 0 : 1),
  'a dead ticket stays dead': ({ before, after }) => after.dead_slot >= before.dead_slot,
  'nothing is accepted after the end': ({ before, now, after }) => now < before.expires_at || after.state === 'expired',
  'claims move the end by two leases at most': ({ before, after }) =>
    before.state === 'approved' ||
    !['pending', 'claimed', 'denied', 'canceled'].includes(after.state) ||
    after.expires_at <= LAST_END,
  'a code lives no longer than it may': ({ after }) => after.expires_at <= LAST_END + 2 * DURATIONS.code_seconds,
  'who is claimed has a claim and a lease': ({ after }) =>
    after.state !== 'claimed' || (after.claim_id !== null && after.claim_sub !== null && after.lease_ends_at !== null),
  'only who is canceled says that its code was passed on': ({ after }) =>
    after.end_reason === null || after.state === 'canceled',
  'who is pending has neither': ({ after }) =>
    after.state !== 'pending' || (after.claim_id === null && after.claim_sub === null && after.lease_ends_at === null),
  'only a claim is approved': ({ before, after }) =>
    after.state !== 'approved' || ['claimed', 'approved'].includes(before.state),
  'only what is approved is redeemed': ({ before, after }) => after.state !== 'redeemed' || before.state === 'approved',
}

test('every history of moves keeps the invariants', () => {
  let moves = 0
  const reached = new Set<State>()
  for (const move of histories(6)) {
    moves++
    reached.add(move.after.state)
    for (const [invariant, holds] of Object.entries(INVARIANTS)) {
      const { before, event, now, after } = move
      if (!holds(move)) expect.fail(`${invariant}: ${before.state} --${event.type}@${now}--> ${after.state}`)
    }
  }
  expect(moves).toBeGreaterThan(5000)
  expect([...reached].sort()).toEqual([...STATES].sort())
})
