/**
 * Linking an extension to an account: it announces its key, a person who has just signed in compares a phrase and
 * accepts, and the extension collects its token. Knows no HTTP.
 */
import type { ErrorCode } from '../shared/protocol/errors.ts'
import type { EnrolRequest, LinkAnswer, LinkCreated, LinkOffer, LinkView } from '../shared/protocol/messages.ts'
import { networkOf } from './address.ts'
import type { Caller } from './callers.ts'
import type { Deps } from './deps.ts'
import { CLOCK_LEEWAY, LinkProof, readDeviceProof } from './device-proof.ts'
import { cleanLabel } from './labels.ts'
import { phraseOf } from './phrase.ts'
import { hash, randomId, randomSecret, sameHash } from './secrets.ts'
import type { DeviceRow, LinkRow, PageInfo } from './store/rows.ts'

/** Seconds from the announcement to the end; a token not collected by then is never given. */
const LINK_SECONDS = 600

/** Seconds the extension has at least, once the person has accepted. */
const COLLECT_SECONDS = 120

type Refused = { ok: false; reason: ErrorCode }

export type Links = ReturnType<typeof createLinks>

export function createLinks({ config, store, clock, hub, limits, derive }: Deps) {
  const isOver = ({ expires_at }: LinkRow): boolean => clock.now() >= expires_at

  async function create(
    { name, public_key, proof }: EnrolRequest,
    page: PageInfo,
  ): Promise<{ ok: true; link: LinkCreated } | Refused> {
    await limits.take('link_by_ip', networkOf(page.ip))
    const now = clock.now()
    const said = await readDeviceProof(proof, public_key, LinkProof, { issuer: config.issuer, now })
    if (!said) return { ok: false, reason: 'invalid_proof' }
    const link_id = randomId()
    const link_secret = randomSecret()
    const link: LinkRow = {
      link_id,
      state: 'pending',
      version: 1,
      secret_hash: hash(link_secret),
      name: cleanLabel(name) || 'Extension',
      public_key,
      page,
      sub: null,
      device_id: null,
      created_at: now,
      expires_at: now + LINK_SECONDS,
    }
    // Only the holder of a key can use up its identifiers.
    const jti = hash(`link ${public_key.x} ${public_key.y} ${said.jti}`)
    const inserted = await store.insertLink(link, { jti, expires_at: said.exp + CLOCK_LEEWAY })
    if (!inserted) return { ok: false, reason: 'invalid_proof' }
    const link_uri = `${config.issuer}/link#${link_id}`
    const phrase = phraseOf(link_id, public_key)
    return { ok: true, link: { link_id, link_secret, link_uri, phrase, expires_in: LINK_SECONDS, now } }
  }

  /** Whether this secret is the link's; for an unknown link it is not. */
  async function isHolder(link_id: string, link_secret: string): Promise<boolean> {
    const secret_hash = hash(link_secret)
    const link = await store.findLink(link_id)
    return sameHash(link?.secret_hash ?? '', secret_hash)
  }

  /** For who holds the secret. The token can be asked for again until the end: an answer may get lost. */
  async function view(link_id: string): Promise<LinkView | null> {
    const link = await store.findLink(link_id)
    if (!link) return null
    const { version, state, expires_at } = link
    const common = { link_id, epoch: store.epoch, version, state, now: clock.now(), expires_at }
    if (state === 'refused') return common
    const expired: LinkView = { ...common, state: 'expired', version: version + 1 }
    if (isOver(link)) return expired
    if (state === 'pending') return common
    const device = await store.findDevice(link.device_id!)
    const account = device && (await store.findAccount(device.sub))
    // Revoked before it was collected: there is nothing left to collect.
    if (!account) return expired
    const { sub, username, name } = account
    const { device_id } = device
    return { ...common, device_id, device_token: tokenOf(device_id), account: { sub, username, name } }
  }

  /** Not stored: the same token comes out again, for whoever may ask. */
  const tokenOf = (device_id: string): string => derive('device_token', device_id)

  /** A link this person may answer; one that somebody else has answered is none of theirs. */
  async function answerable({ account }: Caller, link_id: string): Promise<{ ok: true; link: LinkRow } | Refused> {
    const link = await store.findLink(link_id)
    if (!link || (link.sub !== null && link.sub !== account.sub)) return { ok: false, reason: 'link_not_found' }
    return { ok: true, link }
  }

  async function offer(caller: Caller, link_id: string): Promise<{ ok: true; offer: LinkOffer } | Refused> {
    const found = await answerable(caller, link_id)
    if (!found.ok) return found
    const { name, public_key, page, state, expires_at } = found.link
    if (state !== 'pending' || isOver(found.link)) return { ok: false, reason: 'link_over' }
    return {
      ok: true,
      offer: { link_id, name, phrase: phraseOf(link_id, public_key), page, expires_at, now: clock.now() },
    }
  }

  /** The caller must have signed in afresh. Accepting what one has accepted is answered the same again. */
  async function accept(caller: Caller, link_id: string): Promise<{ ok: true; answer: LinkAnswer } | Refused> {
    const found = await answerable(caller, link_id)
    if (!found.ok) return found
    const { sub } = caller.account
    const now = clock.now()
    const device_id = randomId()
    const device: DeviceRow = {
      device_id,
      sub,
      kind: 'extension',
      name: found.link.name,
      public_key: found.link.public_key,
      token_hash: hash(tokenOf(device_id)),
      created_at: now,
      last_used_at: null,
      revoked_at: null,
    }
    const detail = { name: device.name, ...found.link.page }
    const entry = { at: now, type: 'link_accepted', sub, device_id, detail }
    const outcome = await store.acceptLink(link_id, device, { now, collect_by: now + COLLECT_SECONDS }, entry)
    if (outcome === 'too_many_devices') return { ok: false, reason: outcome }
    if (outcome === 'link_over') return answeredBefore(caller, link_id, 'accepted')
    hub.wake(`link:${link_id}`)
    return { ok: true, answer: { state: 'accepted', device_id } }
  }

  async function refuse(caller: Caller, link_id: string): Promise<{ ok: true; answer: LinkAnswer } | Refused> {
    const found = await answerable(caller, link_id)
    if (!found.ok) return found
    const { sub } = caller.account
    const now = clock.now()
    const detail = { name: found.link.name, ...found.link.page }
    const refused = await store.refuseLink(link_id, sub, now, { at: now, type: 'link_refused', sub, detail })
    if (!refused) return answeredBefore(caller, link_id, 'refused')
    hub.wake(`link:${link_id}`)
    return { ok: true, answer: { state: 'refused' } }
  }

  /** Somebody was faster, or the first answer got lost on its way back. */
  async function answeredBefore(
    caller: Caller,
    link_id: string,
    state: LinkAnswer['state'],
  ): Promise<{ ok: true; answer: LinkAnswer } | Refused> {
    const found = await answerable(caller, link_id)
    if (!found.ok) return found
    if (found.link.state !== state) return { ok: false, reason: 'link_over' }
    const { device_id } = found.link
    return { ok: true, answer: { state, ...(device_id !== null && { device_id }) } }
  }

  return { create, isHolder, view, offer, accept, refuse }
}
