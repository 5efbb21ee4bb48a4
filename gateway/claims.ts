/**
 * Claims: an account takes a session by the ticket it read, sees what is asked, lets go again. Exactly one account wins.
 * The answer itself is decisions.ts. Knows no HTTP.
 */
import { canonicalJson } from '../shared/protocol/decision.ts'
import type { ErrorCode } from '../shared/protocol/errors.ts'
import { looksLike, resembled } from '../shared/protocol/look-alike.ts'
import type { Claim, ClaimRequest, ClaimsView, EndedClaim, RequestContext } from '../shared/protocol/messages.ts'
import { acceptedSlots, normalizeUserCode } from '../shared/protocol/ticket.ts'
import { networkOf, sameNetwork } from './address.ts'
import { createCodeGuesses } from './code-guesses.ts'
import type { Deps } from './deps.ts'
import { NodError } from './error.ts'
import type { Policies } from './policies.ts'
import type { Presentations } from './presentations.ts'
import { hash, randomId, randomMatchNumber, randomSecret, sameHash, ticketOf } from './secrets.ts'
import type { Sessions } from './sessions.ts'
import type { ClientRow, EndedClaimRow, SessionRow } from './store/rows.ts'

export interface Claimer {
  sub: string
  device_id: string
  address: string
}

type ClaimResult = { ok: true; claim: Claim } | { ok: false; reason: ErrorCode; members?: Record<string, string> }

type Found = { ok: true; session: SessionRow; slot: number | null } | { ok: false; reason: ErrorCode }

/** Seconds for which an account's devices are told how a claim ended. */
const ENDED_SECONDS = 300

/** Members that have no value are left out. */
const told = ({ device_id, device_name, ...ended }: EndedClaimRow): EndedClaim => ({
  ...ended,
  ...(device_id !== null && { device_id }),
  ...(device_name !== null && { device_name }),
})

export type Claims = ReturnType<typeof createClaims>

export function createClaims(deps: Deps, sessions: Sessions, policies: Policies, presentations: Presentations) {
  const { config, clock, store, presence, limits, derive } = deps
  const guesses = createCodeGuesses(limits)

  async function claim(by: Claimer, request: ClaimRequest): Promise<ClaimResult> {
    await limits.take('claim_by_account', by.sub)
    await limits.take('claim_by_ip', networkOf(by.address))
    const found =
      'ticket' in request ? await findByTicket(by, request.ticket) : await findByUserCode(by, request.user_code)
    if (!found.ok) return found
    const client = await store.findClient(found.session.client_id)
    if (!client) return { ok: false, reason: 'session_not_found' }

    const relayed = await refuseRelayed(by, request.observed_origin, client, found.session)
    if (relayed) return relayed
    const barred = await policies.answerRefusal(by, client, found.session)
    if (barred) return { ok: false, reason: barred }

    const context = await contextFor(by, client, found.session)
    const claimed = await sessions.move(
      found.session,
      { type: 'claim', claim_id: randomId(), sub: by.sub, slot: currentSlot(found.session) },
      () => ({
        change: {
          claim_device_id: by.device_id,
          claim_slot: found.slot,
          claim_origin: request.observed_origin ?? null,
          challenge: randomSecret(),
          request: context,
          context_hash: hash(canonicalJson(context)),
          confirm: client.confirm,
          match_number: client.confirm === 'number' ? randomMatchNumber() : null,
        },
        audit: { type: 'claimed', sub: by.sub, device_id: by.device_id },
      }),
    )
    if (claimed.ok) return { ok: true, claim: describe(claimed.session) }
    // The winner asks again, perhaps from another device or after a lost answer.
    if (claimed.session.state === 'claimed' && claimed.session.claim_sub === by.sub) {
      return { ok: true, claim: describe(claimed.session) }
    }
    if (claimed.reason !== 'session_claimed') return { ok: false, reason: 'session_over' }
    await presentations.late(by, claimed.session, null)
    return { ok: false, reason: 'session_claimed' }
  }

  async function findByTicket(by: Claimer, text: string): Promise<Found> {
    const [session_id = '', ticket = ''] = text.split('.')
    const stored = await store.findSession(session_id)
    if (!stored) return { ok: false, reason: 'session_not_found' }
    const session = await sessions.settle(stored)
    const slot = slotOf(session, ticket, by)
    if (slot !== null) return { ok: true, session, slot }
    await presentations.late(by, session, ticket)
    return { ok: false, reason: 'ticket_expired' }
  }

  /** The slot this ticket is of, if it is taken now. A claim kills its tickets for everybody but the account that holds it. */
  function slotOf(session: SessionRow, ticket: string, by: Claimer): number | null {
    const mine = session.state === 'claimed' && session.claim_sub === by.sub
    const slots = acceptedSlots(clock.now(), session.created_at, config.ticket_seconds)
    const taken = mine
      ? [session.claim_slot, ...slots].filter((slot) => slot !== null)
      : slots.filter((slot) => slot > session.dead_slot)
    const ticket_key = derive('ticket', session.session_id)
    return taken.find((slot) => sameHash(ticketOf(ticket_key, session.session_id, slot), ticket)) ?? null
  }

  const currentSlot = (session: SessionRow): number =>
    acceptedSlots(clock.now(), session.created_at, config.ticket_seconds)[0]!

  async function findByUserCode(by: Claimer, typed: string): Promise<Found> {
    await guesses.allow(by)
    const user_code = normalizeUserCode(typed)
    const stored = user_code && (await store.findSessionByUserCode(derive('user_code', user_code)))
    const session = stored ? await sessions.settle(stored) : null
    if (!session || session.state === 'expired') {
      await guesses.wrong(by)
      return { ok: false, reason: 'session_not_found' }
    }
    // Guesses sent all at once were let in together; what the first of them used up, the others do not get.
    await guesses.allow(by)
    return { ok: true, session, slot: null }
  }

  /** A code seen on a page that is neither the site's nor ours was passed on by somebody: the attack to stop. */
  async function refuseRelayed(
    by: Claimer,
    observed_origin: string | undefined,
    client: ClientRow,
    session: SessionRow,
  ): Promise<ClaimResult | null> {
    if (observed_origin === undefined || isHome(observed_origin, client)) return null
    const resembles = resembled(observed_origin, [
      ...client.origins,
      config.issuer,
      ...(await store.otherOrigins(client.client_id)),
    ])
    await store.insertAudit({
      at: clock.now(),
      type: 'relayed_code_refused',
      sub: by.sub,
      device_id: by.device_id,
      session_id: session.session_id,
      client_id: client.client_id,
      detail: { observed_origin, resembles },
    })
    await presentations.judge(session)
    return {
      ok: false,
      reason: 'origin_mismatch',
      members: {
        observed_origin,
        client_origin: client.origins[0] ?? config.issuer,
        ...(resembles !== null && { resembles }),
      },
    }
  }

  /** Of another site here, or our own: what this client's origins could be taken for. */
  async function resembledOrigin(client: ClientRow): Promise<string | null> {
    const others = [config.issuer, ...(await store.otherOrigins(client.client_id))]
    return others.find((other) => client.origins.some((origin) => looksLike(origin, other))) ?? null
  }

  /** Whether a code of this client may be shown there. */
  const isHome = (origin: string, client: ClientRow): boolean =>
    origin === config.issuer || client.origins.includes(origin)

  async function contextFor(by: Claimer, client: ClientRow, session: SessionRow): Promise<RequestContext> {
    const { origin, ...page } = session.page
    const resembles = await resembledOrigin(client)
    const country = config.geoip?.countryOf(by.address)
    return {
      client: {
        client_id: client.client_id,
        name: client.name,
        origins: client.origins,
        ...(client.logo_uri !== null && { logo_uri: client.logo_uri }),
      },
      origin,
      page,
      same_network: sameNetwork(page.ip, by.address),
      ...(country !== undefined && page.country !== undefined && { same_country: country === page.country }),
      ...(resembles !== null && { resembles }),
      known_page: await store.knowsPage(by.sub, page.browser, page.os),
      scope: session.authorization.scope,
      started_at: session.created_at,
    }
  }

  /** The claim as the account's devices see it; the match number is never in it. */
  function describe(session: SessionRow): Claim {
    return {
      claim_id: session.claim_id!,
      session_id: session.session_id,
      challenge: session.challenge!,
      expires_at: session.lease_ends_at!,
      now: clock.now(),
      confirm: session.confirm!,
      request: session.request!,
      context_hash: session.context_hash!,
      ...(session.claim_origin !== null && { observed_origin: session.claim_origin }),
      ...presence.of(session),
    }
  }

  /** The account's open claims. */
  async function inbox(sub: string): Promise<ClaimsView> {
    const found = await store.inbox(sub)
    if (!found) throw new NodError('unauthorized')
    const settled = await Promise.all(found.claimed.map(sessions.settle))
    const open = settled.filter((session) => session.state === 'claimed' && session.claim_sub === sub)
    const version =
      open.length === settled.length ? found.version : ((await store.inbox(sub))?.version ?? found.version)
    const ended = (await store.endedClaims(sub, clock.now() - ENDED_SECONDS)).map(told)
    const claims = open.map(describe)
    return { epoch: store.epoch, version, presence: presence.newest(open), now: clock.now(), claims, ended }
  }

  /** The session is pending again; who let go has decided nothing. */
  async function release(
    by: Pick<Claimer, 'sub' | 'device_id'>,
    claim_id: string,
  ): Promise<{ ok: true } | { ok: false; reason: ErrorCode }> {
    const session = await store.findSessionByClaim(claim_id)
    if (session?.claim_sub !== by.sub) return { ok: false, reason: 'claim_not_found' }
    const released = await sessions.move(session, { type: 'release', claim_id }, () => ({
      audit: { type: 'claim_released', sub: by.sub, device_id: by.device_id },
    }))
    if (released.ok) return { ok: true }
    return { ok: false, reason: released.reason === 'already_decided' ? 'already_decided' : 'claim_not_found' }
  }

  return { claim, inbox, release, isHome }
}
