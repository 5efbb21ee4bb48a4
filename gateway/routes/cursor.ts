/** The query of a wait: `after`, `epoch`, `presence`, `wait`. What they mean is wait.ts's. */
import { NodError } from '../error.ts'
import type { Cursor } from '../wait.ts'
import { type Ctx, whenGone } from './request.ts'

/** Seconds: held when nothing is said, and at the most. */
const WAIT = 15
const MOST_WAIT = 25
/** Held waits of one waiter: its own, and that of the connection it has just lost. */
const PLACES = 2

/** `slot` says who waits. Without `after` the answer comes at once; without `epoch` the current one is meant. */
export function readCursor(c: Ctx, epoch: string, slot: string): Cursor {
  const after = c.req.query('after')
  const presence = c.req.query('presence')
  return {
    after: after === undefined ? -1 : whole('after', after),
    epoch: c.req.query('epoch') || epoch,
    presence: presence === undefined ? undefined : whole('presence', presence),
    wait: after === undefined ? 0 : Math.min(whole('wait', c.req.query('wait') ?? String(WAIT)), MOST_WAIT),
    slot,
    places: PLACES,
    onGone: whenGone(c),
  }
}

function whole(name: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new NodError('invalid_request', { description: `${name} must be a whole number, 0 or more.` })
}
