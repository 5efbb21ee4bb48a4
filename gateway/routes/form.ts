/**
 * Parameters as OAuth sends them: application/x-www-form-urlencoded, in a query or a body (RFC 6749 appendix B). Strict
 * where a browser's parser guesses, since what comes back to the client must be the very bytes it sent.
 */
import { NodError } from '../error.ts'
import { type Params, paramsOf } from '../params.ts'
import type { Ctx } from './request.ts'

/** The parameters of the query. Throws `invalid_request` when they are not well-formed. */
export const queryParams = (c: Ctx): Params => readForm(/\?([^#]*)/.exec(c.req.url)?.[1] ?? '')

/** The parameters of a form-encoded body. Throws `invalid_request` for another content type and for malformed ones. */
export async function bodyParams(c: Ctx): Promise<Params> {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(c.req.header('content-type') ?? ''))
    throw new NodError('invalid_request', { description: 'The body must be application/x-www-form-urlencoded.' })
  return readForm(await c.req.text())
}

/** As `bodyParams`, and throws when one is there more than once (RFC 6749 §3.2). */
export async function singleBodyParams(c: Ctx): Promise<Params> {
  const params = await bodyParams(c)
  if (params.repeated.length > 0)
    throw new NodError('invalid_request', { description: 'A parameter is there more than once.' })
  return params
}

/** A parameter without a value counts as left out (RFC 6749 §3.1); one that is there twice is named in `repeated`. */
function readForm(text: string): Params {
  const values = new Map<string, string>()
  const repeated = new Set<string>()
  for (const pair of text.split('&')) {
    const [name = '', ...rest] = pair.split('=')
    const key = decodeFormText(name)
    const value = decodeFormText(rest.join('='))
    if (key === null || value === null)
      throw new NodError('invalid_request', { description: 'A parameter is not percent-encoded UTF-8.' })
    if (key === '' || value === '') continue
    if (values.has(key)) repeated.add(key)
    else values.set(key, value)
  }
  return { ...paramsOf(Object.fromEntries(values)), repeated: [...repeated] }
}

/** Null for what is not the encoding of any text. */
export function decodeFormText(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return null
  }
}
