/**
 * Refuses large bodies before any handler runs, and reads on to their end first: who is still sending when the
 * connection is closed never hears the answer, and a connection with half a body in it is no use to the next request.
 */
import type { Context, Next } from 'hono'
import { NodError } from '../error.ts'
import type { Env } from './request.ts'

/** Bytes a body may have, and bytes of a larger one that are read for nothing. */
const MOST_BODY = 16 * 1024
const MOST_DISCARDED = 8 * 1024 * 1024

export async function bodyLimit(c: Context<Env>, next: Next): Promise<void> {
  const { headers } = c.req.raw
  // RFC 9112 §6.3: beside a Transfer-Encoding, Content-Length says nothing; without either there is no body. The body
  // itself is not touched where it need not be: the adapter makes a whole Request of its own of one that is.
  const announced = headers.has('transfer-encoding') ? Number.POSITIVE_INFINITY : Number(headers.get('content-length'))
  if (announced <= MOST_BODY) return next()
  const { body } = c.req.raw
  if (!body) return next()
  const whole = await readUpTo(body)
  if (!whole) throw new NodError('payload_too_large')
  c.req.raw = new Request(c.req.raw, { body: whole })
  return next()
}

/** The body, or null when it is too large; then it has been read, all or up to the limit of patience. */
async function readUpTo(body: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer> | null> {
  const reader = body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return size > MOST_BODY ? null : new Uint8Array(Buffer.concat(chunks))
    size += value.byteLength
    if (size > MOST_DISCARDED) return null
    if (size <= MOST_BODY) chunks.push(value)
  }
}
