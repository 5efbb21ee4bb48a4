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

const MOST_ACTIVITY = 200

/** `report`: "this was not me". A body is optional. */
export const RevokeRequest = v.object({ report: v.optional(v.boolean(), false) })

export const ActivityQuery = v.object({
  limit: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[1-9]\d{0,8}$/),
      v.transform((asked) => Math.min(Number(asked), MOST_ACTIVITY)),
    ),
    '50',
  ),
  before: v.optional(v.pipe(v.string(), v.regex(/^\d{1,12}(-\d{1,6})?$/))),
  session_id: v.optional(id),
})
