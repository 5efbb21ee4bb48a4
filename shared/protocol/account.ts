/**
 * What only the gateway's own pages and an account's devices ask: making an account, its password, what happened on it.
 * Apart from the messages, so that the pages of sites do not load it.
 */
import * as v from 'valibot'

const text = (most: number) => v.pipe(v.string(), v.maxLength(most))
const id = text(64)
const time = v.pipe(v.number(), v.integer())

/** `invite` is the token behind `#` of an invitation's link. */
export const SignUpRequest = v.object({
  username: text(256),
  password: text(4096),
  name: v.optional(text(256)),
  invite: v.optional(text(128)),
})
export type SignUpRequest = v.InferOutput<typeof SignUpRequest>

/** `current_password` may be left out: what is asked for is a sign-in of the last five minutes. */
export const ChangePasswordRequest = v.object({
  current_password: v.optional(text(4096)),
  new_password: text(4096),
})
export type ChangePasswordRequest = v.InferOutput<typeof ChangePasswordRequest>

export const ACTIVITY_TYPES = [
  'account_created',
  'signed_in',
  'sign_in_failed',
  'signed_out',
  'signed_out_everywhere',
  'password_changed',
  'passkey_added',
  'passkey_renamed',
  'passkey_removed',
  'device_enrolled',
  'device_revoked',
  'link_accepted',
  'link_refused',
  'approved',
  'denied',
  'number_mismatch',
  'decision_refused',
  'relayed_code_refused',
  'code_passed_on',
  'sign_in_revoked',
  'site_told_of_logout',
  'site_not_told_of_logout',
  'logged_out',
  'code_reused',
  'refresh_token_reused',
] as const
export type ActivityType = (typeof ACTIVITY_TYPES)[number]

/** One entry; where it came from (`browser`, `os`, `ip`) is the page that asked, for answers to a request. */
const ActivityEntry = v.object({
  type: v.picklist(ACTIVITY_TYPES),
  at: time,
  session_id: v.optional(id),
  client_id: v.optional(id),
  /** The site's name. */
  site: v.optional(text(200)),
  origin: v.optional(text(300)),
  /** Where a code was seen that was passed on. */
  observed_origin: v.optional(text(300)),
  /** The origin known here that it could be taken for. */
  resembles: v.optional(text(300)),
  browser: v.optional(text(100)),
  os: v.optional(text(100)),
  ip: v.optional(text(64)),
  country: v.optional(text(2)),
  /** The device that answered, was linked, or is no longer one. */
  device_id: v.optional(id),
  device_name: v.optional(text(100)),
  reason: v.optional(text(64)),
  /** "This was not me" was said with it. */
  reported: v.optional(v.boolean()),
  /** Of an approval: whether that browser can still be signed out from here. */
  signed_in: v.optional(v.boolean()),
})
/** `next` is the `before` of the following page; absent at the end. */
export const Activity = v.object({ activity: v.array(ActivityEntry), next: v.optional(text(32)) })
export type Activity = v.InferOutput<typeof Activity>

const MOST_IN_PAGE = 200

/** `report`: "this was not me". A body is optional. */
export const RevokeRequest = v.object({ report: v.optional(v.boolean(), false) })

/** One page of a list that is newest first; `before` is an earlier page's `next`, or epoch seconds. */
export const PageQuery = v.object({
  limit: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[1-9]\d{0,8}$/),
      v.transform((asked) => Math.min(Number(asked), MOST_IN_PAGE)),
    ),
    '50',
  ),
  before: v.optional(v.pipe(v.string(), v.regex(/^\d{1,12}(-\d{1,6})?$/))),
})
export const ActivityQuery = v.object({ ...PageQuery.entries, session_id: v.optional(id) })

/**
 * A browser that an approval let in at a site. One that was signed out stays on the list for ten minutes, so that all
 * devices see how that went: whether the site was told, is yet to be told, did not take it, or takes no such notices.
 */
const SignIn = v.object({
  session_id: id,
  client_id: id,
  site: v.optional(text(200)),
  origin: v.optional(text(300)),
  browser: text(100),
  os: text(100),
  ip: text(64),
  country: v.optional(text(2)),
  signed_in_at: time,
  /** The device that approved it. */
  device_name: v.optional(text(100)),
  ended_at: v.optional(time),
  notice: v.optional(v.picklist(['told', 'under_way', 'not_told', 'cannot_be_told'])),
})
export type SignIn = v.InferOutput<typeof SignIn>
export const SignInList = v.object({ sign_ins: v.array(SignIn), next: v.optional(text(32)) })
export type SignInList = v.InferOutput<typeof SignInList>

/**
 * The account itself, watched: `version` grows with whatever it sees of itself (open claims, devices, passkeys, sign-ins,
 * activity), which is then read anew.
 */
export const AccountView = v.object({
  epoch: id,
  version: v.pipe(v.number(), v.integer(), v.minValue(0)),
  now: time,
  username: text(256),
  name: text(256),
  /** Whether there is one to sign in with. */
  has_password: v.boolean(),
})
export type AccountView = v.InferOutput<typeof AccountView>
export const WatchAccountFrame = v.object({ type: v.literal('watch'), device_token: v.optional(text(128)) })
export const AccountFrame = v.object({ type: v.literal('account'), ...AccountView.entries })
