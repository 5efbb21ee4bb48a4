/** Whether another machine's clock agrees with this one: tokens are judged by the second at both ends. */
import { type Finding, fault, well } from './finding.ts'

/** Seconds that libraries commonly forgive. */
const FORGIVEN = 30

/** The moment of an answer by its sender's clock (RFC 9110 §6.6.1), in epoch seconds; null without one. */
export function momentOf(headers: Headers): number | null {
  const moment = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(moment) ? null : Math.floor(moment / 1000)
}

/** `who`: whose clock it is. `now`: epoch seconds here. */
export function checkClock(who: string, headers: Headers, now: number): Finding[] {
  const moment = momentOf(headers)
  if (moment === null) return []
  const ahead = moment - now
  if (Math.abs(ahead) <= FORGIVEN) return [well('clock', `the clock of ${who} agrees with this one`)]
  return [
    fault(
      'clock',
      `the clock of ${who} is ${Math.abs(ahead)} seconds ${ahead > 0 ? 'ahead of' : 'behind'} this one, so sites take tokens for expired or not yet valid`,
      'keep both clocks by NTP (on most Linux systems: timedatectl set-ntp true)',
    ),
  ]
}
