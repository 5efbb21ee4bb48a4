/**
 * How fast a device may poll (RFC 8628 §3.5). Lives in memory: a restart forgives, and a poll costs no write. Made so
 * that a client which does as it is told can never be driven into polling slower and slower.
 */

/** Seconds: RFC 8628 §3.5 adds five for a poll that came too early. Once; a second early poll adds nothing. */
const PENALTY = 5

/** Milliseconds a poll may be early by: clients' timers and networks are not exact. */
const TOLERANCE = 250

/** Devices that went away without an end are forgotten, oldest first, when there are more than this. */
const MOST_KEPT = 20_000

interface Pace {
  /** Milliseconds; when the last answer had been given. */
  answered_at: number
  penalty: number
}

export interface PollPace {
  /** Whether this poll is in time. The first one always is; an early one does not restart the clock. */
  inTime(session_id: string, interval: number): boolean
  /** A poll was answered with authorization_pending. */
  answered(session_id: string): void
  /** The session has an answer: nobody needs to poll any more. */
  forget(session_id: string): void
}

/** `millis` gives milliseconds of a clock that never goes back. */
export function createPollPace(millis: () => number): PollPace {
  const paces = new Map<string, Pace>()
  return {
    inTime(session_id, interval) {
      const pace = paces.get(session_id)
      if (!pace) return true
      const due = pace.answered_at + (interval + pace.penalty) * 1000 - TOLERANCE
      if (millis() >= due) return true
      pace.penalty = PENALTY
      return false
    },
    answered(session_id) {
      const penalty = paces.get(session_id)?.penalty ?? 0
      paces.delete(session_id)
      paces.set(session_id, { answered_at: millis(), penalty })
      if (paces.size > MOST_KEPT) paces.delete(paces.keys().next().value!)
    },
    forget: (session_id) => paces.delete(session_id),
  }
}
