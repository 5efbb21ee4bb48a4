/** How the list of claims changes with what the gateway says and what is done here. Pure. */
import type { Claim, EndedClaim } from '../../shared/protocol/messages.ts'
import { claimEnd, type Done, type Gone } from '../../shared/ui/claim-end.ts'
import type { ClaimRef, InboxItem, Phase, Provenance } from '../state.ts'

export const isOpen = ({ phase }: InboxItem): boolean => phase.kind === 'asking' || phase.kind === 'failed'

/** Shown until it is dismissed or its last viewer leaves, but no longer waiting for anybody. */
export const isOver = ({ phase }: InboxItem): boolean => phase.kind === 'done' || phase.kind === 'gone'

export const is =
  ({ account_id, claim_id }: ClaimRef) =>
  (item: InboxItem): boolean =>
    item.account_id === account_id && item.claim.claim_id === claim_id

/** What a gateway says of one account's claims, and which of its devices this is. */
export interface Said {
  account_id: string
  claims: readonly Claim[]
  ended: readonly EndedClaim[]
  device_id: string
}

/**
 * The list after a gateway has spoken at `now` (local epoch milliseconds). What it says changes one account's items only, and
 * ends none that was taken since.
 */
export function merge(items: readonly InboxItem[], said: Said, now: number): InboxItem[] {
  const { account_id, claims } = said
  const kept = items.map((item): InboxItem => {
    if (item.account_id !== account_id) return item
    const claim = claims.find(({ claim_id }) => claim_id === item.claim.claim_id)
    if (!claim && item.received_at > now) return item
    if (!claim) return isOpen(item) || isUnexplained(item) ? { ...item, phase: endOf(item, said, now) } : item
    const phase: Phase = item.phase.kind === 'gone' ? { kind: 'asking' } : item.phase
    return { ...item, claim, received_at: now, phase }
  })
  const added = claims.filter(({ claim_id }) => !items.some(is({ account_id, claim_id })))
  return [...kept, ...added.map((claim) => arrived(account_id, claim, now, false))]
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

/** Milliseconds after which a claim is over whatever its gateway would say: it has said nothing for too long. */
const SILENCE_MS = 3000

/** The list without a wait for what can no longer be answered, for when no gateway is there to say so. */
export function lapse(items: readonly InboxItem[], now: number): InboxItem[] {
  const is_late = (item: InboxItem): boolean => isOpen(item) && isLapsed(item, now - SILENCE_MS)
  return items.map((item) => (is_late(item) ? { ...item, phase: { kind: 'gone', why: 'lapsed' } } : item))
}

/** The list with a claim that was made from here, whether or not the gateway's own list was faster. */
export function add(
  items: readonly InboxItem[],
  account_id: string,
  claim: Claim,
  now: number,
  { observed, carried }: Provenance = {},
): InboxItem[] {
  const same = is({ account_id, claim_id: claim.claim_id })
  const others = items.filter((item) => !same(item) && !isOver(item))
  const item = { ...arrived(account_id, claim, now, true), ...(observed && { observed }), ...(carried && { carried }) }
  return [item, ...others]
}

const arrived = (account_id: string, claim: Claim, received_at: number, mine: boolean): InboxItem => ({
  account_id,
  claim,
  received_at,
  phase: { kind: 'asking' },
  mine,
})

export const without = (items: readonly InboxItem[], ref: ClaimRef): InboxItem[] =>
  items.filter((item) => !is(ref)(item))

export const inPhase = (items: readonly InboxItem[], ref: ClaimRef, phase: Phase): InboxItem[] =>
  items.map((item) => (is(ref)(item) ? { ...item, phase } : item))
