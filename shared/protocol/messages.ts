/**
 * Every request, reply and frame of the protocol as a schema with its type, but those of the page that waits, which are in
 * session-messages.ts. Members are named as they are on the wire.
 * `*_at` are epoch seconds, `*_in` are seconds. What the gateway sends is checked with the same schemas by the clients.
 */
import * as v from 'valibot'
import { Assertion } from './passkey.ts'
import { TICKET } from './ticket.ts'
import { count, httpUrl, id, State, secret, text, time } from './values.ts'

export const Confirm = v.picklist(['tap', 'number', 'passkey'])
export type Confirm = v.InferOutput<typeof Confirm>

// ---- approving

export const ClaimRequest = v.union([
  v.object({ ticket: v.pipe(v.string(), v.regex(TICKET, 'is not a ticket')), observed_origin: v.optional(text(300)) }),
  v.object({ user_code: text(32), observed_origin: v.optional(text(300)) }),
])
export type ClaimRequest = v.InferOutput<typeof ClaimRequest>

/** What is asked, by whom, from where: frozen when the claim is made, shown as it is, and signed by its hash. */
export const RequestContext = v.object({
  client: v.object({ client_id: id, name: text(200), origins: v.array(text(300)), logo_uri: v.optional(httpUrl) }),
  origin: v.nullable(text(300)),
  page: v.object({ browser: text(100), os: text(100), ip: text(64), country: v.optional(text(2)) }),
  same_network: v.boolean(),
  /** Of the page and the claiming device; absent where the gateway does not know both. */
  same_country: v.optional(v.boolean()),
  known_page: v.boolean(),
  /** The origin of another site of this gateway, or its own, that this site's could be taken for. */
  resembles: v.optional(text(300)),
  scope: text(1000),
  started_at: time,
})
export type RequestContext = v.InferOutput<typeof RequestContext>

export const Claim = v.object({
  claim_id: id,
  session_id: id,
  challenge: secret,
  expires_at: time,
  now: time,
  confirm: Confirm,
  request: RequestContext,
  context_hash: secret,
  observed_origin: v.optional(text(300)),
  /** Whether the page still waits, and when it was last seen to. For people to know; nothing depends on it. */
  page_present: v.optional(v.boolean()),
  page_seen_at: v.optional(time),
})
export type Claim = v.InferOutput<typeof Claim>

/** How a claim ends, by the names that the record has for it. */
export const ENDED_TYPES = [
  'approved',
  'denied',
  'number_mismatch',
  'claim_released',
  'claim_lapsed',
  'expired',
  'canceled',
  'code_passed_on',
] as const

/** Told to the account's own devices alone: how one of its last claims ended, and on which of them. */
const EndedClaim = v.object({
  session_id: id,
  type: v.picklist(ENDED_TYPES),
  at: time,
  device_id: v.optional(id),
  device_name: v.optional(text(100)),
})
export type EndedClaim = v.InferOutput<typeof EndedClaim>

/** `presence` grows whenever a page comes or goes; part of the cursor, but of no claim's state, so `version` stays. */
export const ClaimsView = v.object({
  epoch: id,
  version: count,
  presence: v.optional(count),
  now: time,
  claims: v.array(Claim),
  /** Newest first; absent from gateways that do not say. */
  ended: v.optional(v.array(EndedClaim), []),
})
export type ClaimsView = v.InferOutput<typeof ClaimsView>

export const WatchClaimsFrame = v.object({ type: v.literal('watch'), device_token: v.optional(secret) })
export const ClaimsFrame = v.object({ type: v.literal('claims'), ...ClaimsView.entries })

export const DecisionRequest = v.object({
  decision: v.optional(v.string()),
  report: v.optional(v.boolean()),
  /** Over `passkeyChallenge` of the claim, where its `confirm` is `passkey`. */
  passkey: v.optional(Assertion),
})
export type DecisionRequest = v.InferOutput<typeof DecisionRequest>
export const DecisionAnswer = v.object({ claim_id: id, session_id: id, state: State, version: count })
export type DecisionAnswer = v.InferOutput<typeof DecisionAnswer>

// ---- accounts and devices

export const SignInRequest = v.object({ username: text(256), password: text(4096) })
/** Without a body it is this browser alone. */
export const SignOutRequest = v.object({ everywhere: v.optional(v.boolean(), false) })
export const Me = v.object({
  sub: id,
  username: text(256),
  name: text(256),
  device_id: v.optional(id),
  signed_in_at: v.optional(time),
})
export type Me = v.InferOutput<typeof Me>

export const PublicJwk = v.object({
  kty: v.literal('EC'),
  crv: v.literal('P-256'),
  x: v.pipe(v.string(), v.regex(/^[\w-]{43}$/)),
  y: v.pipe(v.string(), v.regex(/^[\w-]{43}$/)),
})
export type PublicJwk = v.InferOutput<typeof PublicJwk>

export const DeviceChallenge = v.object({ challenge: secret, expires_in: count, now: time })
export type DeviceChallenge = v.InferOutput<typeof DeviceChallenge>
export const EnrolRequest = v.object({
  name: v.pipe(text(100), v.minLength(1)),
  public_key: PublicJwk,
  proof: text(4096),
})
export type EnrolRequest = v.InferOutput<typeof EnrolRequest>
export const Enrolled = v.object({ device_id: id })
export const Device = v.object({
  device_id: id,
  kind: v.picklist(['extension', 'pages']),
  name: text(100),
  created_at: time,
  last_used_at: v.nullable(time),
  this_device: v.boolean(),
})
export type Device = v.InferOutput<typeof Device>
export const DeviceList = v.object({ devices: v.array(Device) })

// ---- linking an extension

export const LinkCreated = v.object({
  link_id: id,
  link_secret: secret,
  link_uri: httpUrl,
  /** Shown on both sides; the person compares it before accepting. */
  phrase: text(100),
  expires_in: count,
  now: time,
})
export type LinkCreated = v.InferOutput<typeof LinkCreated>

/** The extension's view of its link, watched with `link_secret`; the token is there once it was accepted. */
export const LinkView = v.object({
  link_id: id,
  epoch: id,
  version: count,
  state: v.picklist(['pending', 'accepted', 'refused', 'expired']),
  now: time,
  expires_at: time,
  device_id: v.optional(id),
  device_token: v.optional(secret),
  account: v.optional(v.object({ sub: id, username: text(256), name: text(256) })),
})
export type LinkView = v.InferOutput<typeof LinkView>

/** What the signed-in person sees before accepting: `GET /v1/links/{id}/offer`. */
export const LinkOffer = v.object({
  link_id: id,
  name: text(100),
  phrase: text(100),
  page: RequestContext.entries.page,
  expires_at: time,
  now: time,
})
export type LinkOffer = v.InferOutput<typeof LinkOffer>
export const LinkAnswer = v.object({ state: v.picklist(['accepted', 'refused']), device_id: v.optional(id) })
export type LinkAnswer = v.InferOutput<typeof LinkAnswer>

// ---- sites the extension may offer

export const Site = v.object({
  client_id: id,
  name: text(200),
  origins: v.array(text(300)),
  login_matches: v.array(text(300)),
  start_uri: httpUrl,
  mount: v.optional(text(300)),
})
export type Site = v.InferOutput<typeof Site>
export const SiteList = v.object({ sites: v.array(Site) })
