/**
 * Holds a history against the files it was made on: every acknowledged effect is there, nothing happened twice, and all
 * who looked saw the same. Each finding begins with the invariant it breaks (SECURITY.md). Asks nobody anything.
 */
import { hash } from '../../gateway/secrets.ts'
import type { Files } from './files.ts'
import { acknowledged, type Exchange, type History, type Sighting } from './history.ts'

const DECISIONS = new Set(['approved', 'denied', 'number_mismatch'])
const ENDED = new Set(['redeemed', 'denied', 'expired', 'canceled'])

export interface Verdict {
  /** Acknowledged effects that were looked for. */
  acknowledged: number
  /** Those that are not there any more. */
  lost: string[]
  /** Everything else that may not be. */
  broken: string[]
}

export function check({ exchanges, sightings }: History, files: Files): Verdict {
  const effects = exchanges.filter((exchange) => acknowledged(exchange) && exchange.op !== 'userinfo')
  const revoking = new Set(exchanges.filter(({ op }) => op === 'revoke').map(({ session_id }) => session_id))
  const last_redemptions = new Map<string | null, Exchange>()
  for (const exchange of exchanges) if (exchange.op === 'redeem') last_redemptions.set(exchange.session_id, exchange)
  const lost = effects.flatMap((effect) => {
    const missing = whatIsMissing(effect, files, {
      ended: revoking.has(effect.session_id),
      last: last_redemptions.get(effect.session_id) === effect,
    })
    return missing === null ? [] : [`I2 ${effect.op} of ${effect.session_id}: ${missing}`]
  })
  const broken = [
    ...(files.integrity === 'ok' ? [] : [`I2 the file is damaged: ${files.integrity}`]),
    ...rowsThatMayNotBe(files),
    ...doneTwice(effects, files),
    ...seenDifferently(sightings, files),
    ...exchanges
      .filter(({ status }) => status !== null && status >= 500 && status !== 503)
      .map(({ op, status, told }) => `I11 ${op} was answered ${status} ${JSON.stringify(told)}`),
    ...deadTokens(exchanges),
  ]
  return { acknowledged: effects.length, lost, broken }
}

/** Null: the effect is there. `ended`: its tokens may be revoked; `last`: no later redemption can have replaced them. */
function whatIsMissing(
  { op, session_id, told, asked }: Exchange,
  { sessions, audit, tokens, sign_ins }: Files,
  { ended, last }: { ended: boolean; last: boolean },
): string | null {
  const session = sessions.get(session_id ?? '')
  if (!session) return 'the session is gone'
  const types = (audit.get(session.session_id) ?? []).map(({ type }) => type)
  switch (op) {
    case 'claim':
      if (!types.includes('claimed')) return 'no audit row'
      if (session.state === 'pending' && !types.includes('claim_lapsed')) return 'the session is pending'
      return null
    case 'decide':
      if (session.decision_hash !== asked.hash) return 'the decision is not the stored one'
      if (session.decision_state !== told.state) return `stored as ${session.decision_state}, told ${told.state}`
      if (session.decision_version !== told.version) return `stored as version ${session.decision_version}`
      return null
    case 'cancel':
      return session.state === 'canceled' ? null : `it is ${session.state}`
    case 'redeem': {
      if (session.state !== 'redeemed') return `it is ${session.state}`
      if (!sign_ins.has(session.session_id)) return 'no sign-in'
      const token = tokens.get(session.session_id)?.find((row) => row.token_hash === hash(String(told.access_token)))
      if (!token) return 'the token is gone'
      return token.revoked_at !== null && last && !ended ? 'the token is revoked' : null
    }
    case 'revoke': {
      const alive = tokens.get(session.session_id)?.some((row) => row.revoked_at === null) === true
      const over = session.state === 'canceled' || sign_ins.get(session.session_id)?.ended_at != null
      return over && !alive ? null : 'it is signed in again'
    }
    default:
      return null
  }
}

function rowsThatMayNotBe({ sessions, audit, tokens }: Files): string[] {
  return [...sessions.values()].flatMap((session) => {
    const { session_id, decision_state, state } = session
    const types = (audit.get(session_id) ?? []).map(({ type }) => type)
    const decisions = types.filter((type) => DECISIONS.has(type)).length
    const issued = tokens.get(session_id) ?? []
    const live = issued.filter(({ revoked_at, kind }) => revoked_at === null && kind === 'access').length
    const found: string[] = []
    if (decisions !== (decision_state === null ? 0 : 1)) found.push(`I13 ${decisions} audit rows of ${decision_state}`)
    if (types.filter((type) => type === 'redeemed').length !== (state === 'redeemed' ? 1 : 0))
      found.push(`I5 ${state} with other audit rows: ${types}`)
    if (live > 1) found.push(`I5 ${live} live access tokens`)
    if (issued.length > 0 && !types.includes('approved')) found.push('I3 tokens without an approval')
    if (session.code_hash !== null && decision_state !== 'approved') found.push('I3 a code without an approval')
    return found.map((what) => `${what} (session ${session_id})`)
  })
}

function doneTwice(effects: readonly Exchange[], { audit }: Files): string[] {
  const found: string[] = []
  for (const [session_id, of_session] of Map.groupBy(effects, (effect) => effect.session_id)) {
    const distinct = (op: string, member: string) =>
      new Set(of_session.filter((effect) => effect.op === op).map(({ asked }) => asked[member])).size
    const freed = (audit.get(session_id!) ?? []).some(({ type }) => type === 'claim_lapsed')
    if (distinct('claim', 'sub') > 1 && !freed) found.push(`I4 two accounts claimed ${session_id}`)
    if (distinct('decide', 'hash') > 1) found.push(`I1 two decisions of ${session_id} were accepted`)
    if (of_session.filter(({ op, asked }) => op === 'redeem' && asked.grant === 'code').length > 1)
      found.push(`I5 the code of ${session_id} was redeemed twice`)
  }
  return found
}

function seenDifferently(sightings: readonly Sighting[], { sessions, epoch }: Files): string[] {
  const found: string[] = []
  for (const [session_id, seen] of Map.groupBy(sightings, (sighting) => sighting.session_id)) {
    const final = sessions.get(session_id)
    const states = Map.groupBy(seen, ({ version }) => version)
    for (const [version, same] of states)
      if (new Set(same.map(({ state }) => state)).size > 1) found.push(`I1 version ${version} of ${session_id} differs`)
    if (new Set(seen.map(({ code }) => code).filter((code) => code !== null)).size > 1)
      found.push(`I5 two codes of ${session_id}`)
    const newest = new Map<string, number>()
    for (const { observer, version } of seen) {
      if (version < (newest.get(observer) ?? 0)) found.push(`I10 ${observer} saw ${session_id} go back to ${version}`)
      newest.set(observer, version)
    }
    if (seen.some((sighting) => sighting.epoch !== epoch)) found.push(`I10 another epoch of ${session_id}`)
    const end = seen.find(({ state }) => ENDED.has(state))
    if (end && final?.state !== end.state) found.push(`I1 ${session_id} was ${end.state}, now ${final?.state}`)
    const last = seen.reduce((most, { version }) => Math.max(most, version), 0)
    if (final && final.version < last) found.push(`I10 ${session_id} is at ${final.version}, was at ${last}`)
  }
  return found
}

/** A token that was told and not revoked is good; one that was revoked is not, ever after. */
function deadTokens(exchanges: readonly Exchange[]): string[] {
  const revocations = Map.groupBy(
    exchanges.filter(({ op }) => op === 'revoke'),
    ({ session_id }) => session_id,
  )
  return exchanges.flatMap(({ op, session_id, status, asked_at, told_at }) => {
    if (op !== 'userinfo' || status === null) return []
    const of_session = revocations.get(session_id) ?? []
    if (status === 401 && !of_session.some((revocation) => revocation.asked_at < told_at!))
      return [`I2 the token of ${session_id} is refused`]
    if (status === 200 && of_session.some((revocation) => acknowledged(revocation) && revocation.told_at! < asked_at))
      return [`I2 the revoked token of ${session_id} is good`]
    return []
  })
}
