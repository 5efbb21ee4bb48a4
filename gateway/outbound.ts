/**
 * Requests that the gateway itself makes, to addresses an operator registered: bounded in time and size, https (or plain
 * http on this machine), and never led elsewhere by a redirect. What an answer means is for the caller to say.
 */
import { isPlainLoopback } from './redirect-uris.ts'

/** Milliseconds for the whole exchange. */
const PATIENCE = 5000

interface Init {
  method?: 'GET' | 'POST'
  headers?: Record<string, string>
  body?: URLSearchParams
  /** Bytes the answer may have; what is longer fails. */
  most_bytes: number
  signal?: AbortSignal
}

export interface Answer {
  /** A redirect is an answer like any other. */
  status: number
  headers: Headers
  text: string
}

/** Rejects with an Error that says what went wrong, in few words and without what was sent. */
export async function request(
  url: string,
  { method = 'GET', headers = {}, body, most_bytes, signal }: Init,
): Promise<Answer> {
  const target = new URL(url)
  if (target.protocol !== 'https:' && !isPlainLoopback(target)) throw new Error('is neither https nor on this machine')
  const over = AbortSignal.timeout(PATIENCE)
  try {
    const answer = await fetch(target, {
      method,
      headers,
      redirect: 'manual',
      credentials: 'omit',
      signal: signal ? AbortSignal.any([over, signal]) : over,
      ...(body && { body }),
    })
    return { status: answer.status, headers: answer.headers, text: await readUpTo(answer, most_bytes) }
  } catch (error) {
    if (over.aborted) throw new Error('did not answer within 5 seconds')
    throw new Error(reasonOf(error as Error), { cause: error })
  }
}

async function readUpTo(answer: Response, most_bytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of answer.body ?? []) {
    size += chunk.byteLength
    if (size > most_bytes) throw new Error(`answered with more than ${most_bytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** fetch says "fetch failed" and hides why: a refused connection, an unknown name, a certificate. */
function reasonOf(error: Error): string {
  const cause = error.cause as { code?: string; message?: string } | undefined
  return [cause?.code, cause?.message || error.message].filter(Boolean).join(': ')
}
