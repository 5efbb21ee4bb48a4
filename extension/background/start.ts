/**
 * Starts a site's own sign-in by its start URI, as the site's sign-in link would, and makes sure that what answered is the
 * linked gateway and the listed site. Answers for it where the site asks for that. Shows nothing and keeps nothing.
 */
import * as v from 'valibot'
import { call, Done } from '../../shared/client/call.ts'
import { WireErrorBody } from '../../shared/protocol/error-body.ts'
import { SESSION_MEDIA_TYPE, SessionCreated } from '../../shared/protocol/session-messages.ts'
import { agreedOrigins, type EnabledSite, isSafeUrl, type ListedSite, originOf } from '../origins.ts'
import { Refusal } from '../problem.ts'
import { loadApprovers } from './identity.ts'

/** For all of it: a person at a login page waits no longer. */
const TIMEOUT_MS = 15_000
const MOST_BYTES = 64 * 1024

/**
 * `origin` is the login page's, by the browser's word. Throws a Refusal: `start_unsafe`, `start_unreachable`,
 * `start_elsewhere`, `start_not_a_session`, or what the gateway itself answered.
 */
export async function startSession(listed: ListedSite, origin: string, enabled: readonly EnabledSite[]) {
  const { issuer, site } = listed
  const start_origin = originOf(site.start_uri)
  // The request carries the person's cookies, so it goes nowhere but to what they switched on.
  if (!isSafeUrl(site.start_uri) || !agreedOrigins(listed, enabled).includes(start_origin ?? '')) {
    throw new Refusal({ code: 'start_unsafe', values: { address: site.start_uri } })
  }
  const give_up_at = performance.now() + TIMEOUT_MS
  const headers = { Accept: SESSION_MEDIA_TYPE, 'Nod-Origin': origin }
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const response = await fetch(site.start_uri, { headers, credentials: 'include', cache: 'no-store', signal }).catch(
    (cause) => {
      throw new Refusal({ code: 'start_unreachable', description: String(cause) })
    },
  )
  if (originOf(response.url) !== issuer) {
    await response.body?.cancel()
    throw new Refusal({ code: 'start_elsewhere', values: { address: originOf(response.url) ?? '' } })
  }
  const body = await readJson(response)
  if (response.status !== 201) throw new Refusal(gatewayError(body, response.status))
  const created = v.safeParse(SessionCreated, body)
  if (!created.success) throw new Refusal({ code: 'start_not_a_session' })
  if (created.output.client.client_id !== site.client_id) throw new Refusal({ code: 'start_other_client' })
  if (created.output.vouch) await vouch(created.output, issuer, give_up_at)
  return created.output
}

/** The default account of that gateway does. To the gateway alone: neither this browser's token nor the page's secret passes the site on the way. */
async function vouch({ session_id, poll_secret }: SessionCreated, issuer: string, give_up_at: number): Promise<void> {
  const approver = (await loadApprovers()).find((one) => one.issuer === issuer)
  if (!approver) throw new Refusal({ code: 'extension_required' })
  const url = `${issuer}/v1/sessions/${encodeURIComponent(session_id)}/vouch`
  const timeout_seconds = Math.max(1, (give_up_at - performance.now()) / 1000)
  await call(url, Done, { bearer: approver.device_token, json: { poll_secret }, timeout_seconds })
}

/** The body as JSON, or null when it is too large, cut off, or something else. */
async function readJson(response: Response): Promise<unknown> {
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(response.headers.get('content-type') ?? '')) {
    await response.body?.cancel()
    return null
  }
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength
      if (size > MOST_BYTES) return null
      chunks.push(chunk)
    }
    return JSON.parse(await new Blob(chunks).text())
  } catch {
    return null
  }
}

function gatewayError(body: unknown, status: number) {
  const error = v.safeParse(WireErrorBody, body)
  if (error.success) return { code: error.output.error as string, description: error.output.error_description }
  return { code: status >= 500 ? 'unreachable' : 'start_not_a_session' }
}
