/**
 * Whether the page of a claimed session is still there: it is, while it waits, and for a moment after. Kept in memory and
 * nowhere else, so it costs no write and a restart forgets it; nothing is ever decided by it.
 */
import type { Clock } from './clock.ts'
import type { Hub } from './hub.ts'
import type { SessionRow } from './store/rows.ts'

/**
 * Milliseconds that a page may be between two waits, or on its way back from a broken line, without being missed. A
 * device of RFC 8628 may ask once every few seconds and never wait.
 */
const GRACE: Record<SessionRow['kind'], number> = { code: 5000, device: 15_000 }

/**
 * A change wakes the claiming account's inbox like any other, and who is woken reads. But what is read has a version from
 * the disk, and that one must not move for what the disk does not know. So the inbox has a second number beside it:
 * `newest`, the stamp of the latest change among its claims, which takes part in the cursor where the client sends it.
 * Stamps are milliseconds pushed on so that each is above the last; after a restart they go on above those before it.
 */
export interface Presence {
  /** Looks after the session's page from the first call on, until the session is no longer claimed. */
  of(session: SessionRow): { page_present: boolean; page_seen_at: number }
  /** The stamp of the latest change; 0 where there is none. */
  newest(sessions: readonly SessionRow[]): number
  forget(session_id: string): void
  /** Forgets those whose lease is over. */
  sweep(): void
  /** How many pages are looked after. */
  size(): number
}

interface Page {
  /** Whose account is told. */
  claim_id: string
  present: boolean
  seen_at: number
  stamp: number
  lease_ends_at: number
  stop(): void
}

export function createPresence(hub: Hub, clock: Clock): Presence {
  const pages = new Map<string, Page>()
  let last_stamp = 0
  const stamp = (): number => {
    last_stamp = Math.max(last_stamp + 1, Math.floor(clock.millis()))
    return last_stamp
  }

  function lookAfter({ session_id, kind, claim_id, claim_sub, lease_ends_at }: SessionRow): Page {
    let grace: ReturnType<typeof setTimeout> | undefined
    const turn = (present: boolean): void => {
      if (page.present === present) return
      page.present = present
      page.stamp = stamp()
      hub.wake(`inbox:${claim_sub!}`)
    }
    const onAttended = (attended: boolean): void => {
      clearTimeout(grace)
      if (attended) turn(true)
      else {
        page.seen_at = clock.now()
        grace = setTimeout(turn, GRACE[kind], false).unref()
      }
    }
    const topic = `session:${session_id}` as const
    const unobserve = hub.observe(topic, onAttended)
    const page: Page = {
      claim_id: claim_id!,
      present: true,
      seen_at: clock.now(),
      stamp: stamp(),
      lease_ends_at: lease_ends_at!,
      stop() {
        clearTimeout(grace)
        unobserve()
      },
    }
    if (hub.listeners(topic) === 0) onAttended(false)
    pages.set(session_id, page)
    return page
  }

  const forget = (session_id: string): void => {
    pages.get(session_id)?.stop()
    pages.delete(session_id)
  }

  return {
    of(session) {
      const { session_id } = session
      // A device's claims end with the device, and nobody says so here: the next claim is another one's to be told of.
      if (pages.get(session_id)?.claim_id !== session.claim_id) forget(session_id)
      const { present, seen_at } = pages.get(session_id) ?? lookAfter(session)
      const waits = hub.listeners(`session:${session_id}`) > 0
      return { page_present: present, page_seen_at: waits ? clock.now() : seen_at }
    },
    newest: (sessions) =>
      sessions.reduce((most, { session_id }) => Math.max(most, pages.get(session_id)?.stamp ?? 0), 0),
    forget,
    sweep() {
      for (const [session_id, { lease_ends_at }] of pages) if (lease_ends_at <= clock.now()) forget(session_id)
    },
    size: () => pages.size,
  }
}
