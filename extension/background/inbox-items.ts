/** How the list of claims changes with what the gateway says and what is done here. Pure. */
import type { Claim, EndedClaim } from '../../shared/protocol/messages.ts'
import { claimEnd, type Done, type Gone } from '../../shared/ui/claim-end.ts'
import type { InboxItem, Phase, Provenance } from '../state.ts'

export const isOpen = ({ phase }: InboxItem): boolean => phase.kind === 'asking' || phase.kind === 'failed'

/** Shown until it is dismissed or its last viewer leaves, but no longer waiting for anybody. */
export const isOver = ({ phase }: InboxItem): boolean => phase.kind === 'done' || phase.kind === 'gone'

/** What the gateway says of the account's claims, and which of its devices this is. */
export interface Said {
  claims: readonly Claim[]
  ended: readonly EndedClaim[]
  device_id: string
}

/** The list after the gateway has spoken at `now` (local epoch milliseconds). */
export function merge(items: readonly InboxItem[], said: Said, now: number): InboxItem[] {
  const { claims } = said
  const kept = items.map((item): InboxItem => {
    const claim = claims.find(({ claim_id }) => claim_id === item.claim.claim_id)
    if (!claim) return isOpen(item) || isUnexplained(item) ? { ...item, phase: endOf(item, said, now) } : item
    const phase: Phase = item.phase.kind === 'gone' ? { kind: 'asking' } : item.phase
    return { ...item, claim, received_at: now, phase }
  })
  const known = new Set(items.map(({ claim }) => claim.claim_id))
  const added = claims.filter(({ claim_id }) => !known.has(claim_id))
  return [...kept, ...added.map((claim) => arrived(claim, now, false))]
}

/** Gone by a refusal that did not say how; the list that follows it may. */
const isUnexplained = ({ phase }: InboxItem): boolean => phase.kind === 'gone' && phase.why === 'unknown'

function endOf(item: InboxItem, { ended, device_id }: Said, now: number): Done | Gone {
  const end = claimEnd(item.claim, ended, device_id)
  return end.kind === 'gone' && end.why === 'unknown' && isLapsed(item, now) ? { kind: 'gone', why: 'lapsed' } : end
}

/** Whether a claim's time to answer had run out; within a second, since the gateway counts in whole ones. */
const isLapsed = ({ claim, received_at }: InboxItem, now: number): boolean =>
  now - received_at >= (claim.expires_at - claim.now - 1) * 1000

/** The list with a claim that was made from here, whether or not the gateway's own list was faster. */
export function add(
  items: readonly InboxItem[],
  claim: Claim,
  now: number,
  { observed, carried }: Provenance = {},
): InboxItem[] {
  const others = items.filter((item) => item.claim.claim_id !== claim.claim_id && !isOver(item))
  return [{ ...arrived(claim, now, true), ...(observed && { observed }), ...(carried && { carried }) }, ...others]
}

const arrived = (claim: Claim, received_at: number, mine: boolean): InboxItem => ({
  claim,
  received_at,
  phase: { kind: 'asking' },
  mine,
})

export const without = (items: readonly InboxItem[], claim_id: string): InboxItem[] =>
  items.filter(({ claim }) => claim.claim_id !== claim_id)

export const inPhase = (items: readonly InboxItem[], claim_id: string, phase: Phase): InboxItem[] =>
  items.map((item) => (item.claim.claim_id === claim_id ? { ...item, phase } : item))
