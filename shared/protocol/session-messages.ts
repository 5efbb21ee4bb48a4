/**
 * A session as the page sees it: every request, reply and frame of the login page's side. Apart from the approver's, since
 * other people's pages load this and nothing of that.
 */
import * as v from 'valibot'
import { count, httpUrl, id, State, secret, text, time } from './values.ts'

/** Request media type that asks `/authorize` for JSON instead of a page. */
export const SESSION_MEDIA_TYPE = 'application/nod-session+json'

/** Carries a `state` of up to 4096 bytes, which percent-encoding can make three times as long. */
const answerUrl = v.pipe(v.string(), v.maxLength(16_384), v.regex(/^https?:\/\//i))

export const SessionCreated = v.object({
  session_id: id,
  poll_secret: secret,
  ticket_key: secret,
  ticket_period: v.pipe(count, v.minValue(1)),
  user_code: text(16),
  verification_uri: httpUrl,
  client: v.object({ client_id: id, name: text(200), origin: v.nullable(text(300)) }),
  epoch: id,
  version: count,
  state: State,
  now: time,
  created_at: time,
  expires_at: time,
  /** Nobody can scan it before a linked extension has vouched for it: `POST /v1/sessions/{id}/vouch`. */
  vouch: v.optional(v.boolean()),
})
export type SessionCreated = v.InferOutput<typeof SessionCreated>

export const SessionView = v.object({
  session_id: id,
  epoch: id,
  version: count,
  state: State,
  now: time,
  expires_at: time,
  match_number: v.optional(v.pipe(v.string(), v.regex(/^\d{2}$/))),
  redirect_to: v.optional(answerUrl),
  /** Of a canceled one: its code turned up with several accounts, so somebody passes it around. */
  reason: v.optional(v.literal('code_passed_on')),
})
export type SessionView = v.InferOutput<typeof SessionView>

/** First message on a session's socket, within 5 s of its opening. */
export const WatchSessionFrame = v.object({ type: v.literal('watch'), poll_secret: secret })
export const SessionFrame = v.object({ type: v.literal('session'), ...SessionView.entries })

export const CancelRequest = v.object({ poll_secret: secret })
export const VouchRequest = v.object({ poll_secret: secret })
