/**
 * Codes that are passed around. A code is presented by one account, perhaps by two; one that comes again and again from
 * accounts that cannot have it has left the page it was made for, and its session ends before somebody approves it.
 */
import { deriveTicket, ticketSlot } from '../shared/protocol/ticket.ts'
import type { Deps } from './deps.ts'
import { sameHash } from './secrets.ts'
import type { Sessions } from './sessions.ts'
import type { SessionRow } from './store/rows.ts'

/**
 * So many accounts with the same session's code, or so many late presentations in all, and it ends.
 *
 * Ending a session is also a weapon, so the bounds weigh the two. What counts takes a genuine code of this very session
 * and a signed-in device; it is rate-limited by account and by network like any claim, and is on record under the
 * account's name. Who sees a code before it is taken can claim it and deny it, in two requests and with one account: three
 * accounts, or eight tries, are never the cheaper way to spoil a sign-in. Two accounts on one code are everyday (a colleague
 * looks on, a household shares a television), and so are a few scans that come too late. Where it errs the price is one new
 * code, for which the page asks its person; an approval is never undone by it.
 */
const PASSED_ON = { accounts: 3, times: 8 } as const

/** Seconds after a claim in which somebody else's scan has merely lost a race. */
const RACE_SECONDS = 5

/** Slots behind the current one that are tried: more than a session of default length has. */
const MOST_SLOTS = 40

export type Presentations = ReturnType<typeof createPresentations>

export function createPresentations(
  { config, clock, store, derive }: Pick<Deps, 'config' | 'clock' | 'store' | 'derive'>,
  sessions: Sessions,
) {
  /** Whether the ticket is or was a code of this session: nobody without one can bring this about. */
  async function isGenuine(session: SessionRow, ticket: string): Promise<boolean> {
    const ticket_key = derive('ticket', session.session_id)
    const newest = ticketSlot(clock.now(), session.created_at, config.ticket_seconds)
    for (let slot = newest; slot >= Math.max(0, newest - MOST_SLOTS); slot--) {
      if (sameHash(await deriveTicket(ticket_key, session.session_id, slot), ticket)) return true
    }
    return false
  }

  const isRace = ({ state, lease_ends_at }: SessionRow): boolean =>
    state === 'claimed' && clock.now() < lease_ends_at! - config.claim_seconds + RACE_SECONDS

  /** Ends the session if by now its code has come from too many, or too often. */
  async function judge(session: SessionRow): Promise<void> {
    const { accounts, times } = await store.presentations(session.session_id)
    if (accounts < PASSED_ON.accounts && times < PASSED_ON.times) return
    await sessions.move(session, { type: 'passed_on' }, (current) => ({
      audit: { type: 'code_passed_on', sub: current.claim_sub, detail: { accounts, times } },
    }))
  }

  return {
    judge,

    /** A genuine code that its presenter cannot have: somebody else's claim is in the way, or it has been replaced. */
    async late(by: { sub: string; device_id: string }, session: SessionRow, ticket: string | null): Promise<void> {
      if (sessions.isOver(session) || session.state === 'approved') return
      if (session.claim_sub === by.sub || isRace(session)) return
      if (ticket !== null && !(await isGenuine(session, ticket))) return
      await store.insertAudit({
        at: clock.now(),
        type: 'code_presented_again',
        sub: by.sub,
        device_id: by.device_id,
        session_id: session.session_id,
        client_id: session.client_id,
      })
      await judge(session)
    },
  }
}
