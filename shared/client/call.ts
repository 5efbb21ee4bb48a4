/**
 * One HTTP exchange with the gateway, its answer checked before anybody sees it: size, content type, form. A broken or
 * hostile gateway yields a GatewayError and nothing else. Never retries, never navigates.
 */
import * as v from 'valibot'
import { WireErrorBody } from '../protocol/error-body.ts'
import type { ErrorCode } from '../protocol/errors.ts'

const MOST_BYTES = 64 * 1024

/** Seconds for the whole exchange, the reading of the body included. */
const TIMEOUT_SECONDS = 15

/** For what answers 204: it has been done, and there is nothing to say. */
export const Done = v.undefined()

export type FailureCode = ErrorCode | 'unreachable' | 'not_a_gateway'

export interface Failure {
  code: FailureCode
  /** The HTTP status; 0 where there was no answer. */
  status: number
  message: string
  /** Seconds, from `Retry-After`. */
  retry_after?: number | undefined
  /** The answer as JSON, where it was that: some errors carry more than their code. */
  body?: unknown
}

export class GatewayError extends Error {
  readonly code: FailureCode
  readonly status: number
  readonly retry_after?: number
  readonly body: unknown

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.message, options)
    this.name = 'GatewayError'
    this.code = failure.code
    this.status = failure.status
    if (failure.retry_after !== undefined) this.retry_after = failure.retry_after
    this.body = failure.body
  }
}

/** What an error carries beside its code, as JSON that nobody has checked; null where it is not the gateway's. */
export const bodyOf = (error: unknown): unknown => (error instanceof GatewayError ? error.body : null)

export interface CallInit {
  method?: string
  bearer?: string | null
  json?: unknown
  /** Sent form-encoded, in place of `json`. */
  form?: URLSearchParams
  headers?: Record<string, string>
  credentials?: RequestCredentials
  redirect?: RequestRedirect
  /** The origin that must be the one to answer in the end, where redirects are followed. */
  from?: string
  signal?: AbortSignal | undefined
  timeout_seconds?: number
}

/** Resolves with the checked answer; rejects with a GatewayError, or with the signal's reason once that has aborted. */
export async function call<T>(url: string, schema: v.GenericSchema<unknown, T>, init: CallInit = {}): Promise<T> {
  const timeout = AbortSignal.timeout(Math.round((init.timeout_seconds ?? TIMEOUT_SECONDS) * 1000))
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout
  try {
    const response = await fetch(url, requestOf(init, signal))
    if (url.startsWith('https:') && response.url.startsWith('http:')) throw notAGateway(response, 'left https')
    if (init.from !== undefined) await expectFrom(init.from, response)
    const body = await readJson(response)
    if (!response.ok) throw refusal(response, body)
    const parsed = v.safeParse(schema, body)
    if (!parsed.success) throw notAGateway(response, 'an answer of another form')
    return parsed.output
  } catch (cause) {
    init.signal?.throwIfAborted()
    if (cause instanceof GatewayError) throw cause
    const message = timeout.aborted ? 'The gateway did not answer in time.' : 'The gateway is out of reach.'
    throw new GatewayError({ code: 'unreachable', status: 0, message }, { cause })
  }
}

function requestOf(init: CallInit, signal: AbortSignal): RequestInit {
  const headers = new Headers({ accept: 'application/json', ...init.headers })
  if (init.bearer) headers.set('authorization', `Bearer ${init.bearer}`)
  if (init.json !== undefined) headers.set('content-type', 'application/json')
  const body = init.form ?? (init.json === undefined ? null : JSON.stringify(init.json))
  return {
    method: init.method ?? (body === null ? 'GET' : 'POST'),
    headers,
    body,
    credentials: init.credentials ?? 'omit',
    redirect: init.redirect ?? 'error',
    cache: 'no-store',
    referrerPolicy: 'no-referrer',
    signal,
  }
}

async function expectFrom(origin: string, response: Response): Promise<void> {
  const answered = new URL(response.url).origin
  if (answered === origin) return
  await response.body?.cancel()
  throw notAGateway(response, `it came from ${answered}`)
}

/** The body as JSON; undefined where there is none. Somebody else's page is no success, whatever its status says. */
async function readJson(response: Response): Promise<unknown> {
  const type = response.headers.get('content-type') ?? ''
  if (!/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type)) {
    await response.body?.cancel()
    if (response.ok && response.status !== 204) throw notAGateway(response, 'no JSON')
    return undefined
  }
  const text = await readText(response)
  try {
    return text === '' && !response.ok ? undefined : JSON.parse(text)
  } catch {
    throw notAGateway(response, 'broken JSON')
  }
}

async function readText(response: Response): Promise<string> {
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.byteLength
    if (size > MOST_BYTES) {
      await reader.cancel()
      throw notAGateway(response, 'more than 64 KB')
    }
    text += decoder.decode(value, { stream: true })
  }
  return text + decoder.decode()
}

function refusal(response: Response, body: unknown): GatewayError {
  const wire = v.safeParse(WireErrorBody, body)
  const { status } = response
  const retry_after = retryAfter(response.headers.get('retry-after'))
  if (wire.success) {
    const { error: code, error_description: message } = wire.output
    return new GatewayError({ code, status, message, retry_after, body })
  }
  // A proxy in between speaks for a gateway that it does not reach.
  if (status >= 500)
    return new GatewayError({ code: 'unreachable', status, message: `Answered ${status}.`, retry_after })
  return notAGateway(response, `status ${status} without an error of ours`, retry_after)
}

const notAGateway = (response: Response, what: string, retry_after?: number) =>
  new GatewayError({
    code: 'not_a_gateway',
    status: response.status,
    message: `The answer did not come from a Nod gateway: ${what}.`,
    retry_after,
  })

/** RFC 9110 §10.2.3: seconds or a date. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined
}
