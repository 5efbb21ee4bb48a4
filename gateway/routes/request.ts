/** Reading a request: its body by a schema, its bearer secret, who sends it from where. Never reads the store. */
import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import { validator } from 'hono-openapi'
import type * as v from 'valibot'
import { clientAddress } from '../address.ts'
import type { Config } from '../config.ts'
import { NodError } from '../error.ts'

export type Env = { Bindings: HttpBindings; Variables: { request_id: string } }
export type Ctx = Context<Env>

/** Middleware: the JSON body, checked. The answer to a bad one names the members, and never repeats their values. */
export const jsonBody = <S extends v.GenericSchema>(schema: S) =>
  validator('json', schema, (result, c) => {
    if (result.success) return
    const type = c.req.header('content-type') ?? ''
    if (!/^application\/([\w.-]+\+)?json\b/i.test(type)) throw new NodError('unsupported_media_type')
    throw invalidMembers(result.error as readonly v.BaseIssue<unknown>[])
  })

/** `invalid_request` that names what is wrong: `ticket: is not a ticket`. */
export function invalidMembers(
  issues: readonly Pick<v.BaseIssue<unknown>, 'path' | 'expected' | 'kind' | 'message'>[],
): NodError {
  const wrong = issues.slice(0, 5).map((issue) => {
    const member = (issue.path ?? []).map((part) => String(part.key)).join('.') || 'body'
    return issue.kind === 'schema' && issue.expected ? `${member} must be ${issue.expected}` : `${member} is not valid`
  })
  return new NodError('invalid_request', { description: `The request is malformed: ${wrong.join('; ')}.` })
}

/** The secret of `Authorization: Bearer`, or null. */
export function bearer(c: Ctx): string | null {
  return /^Bearer ([\w.~+/-]{16,200}=*)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? null
}

/** The client's address, behind the trusted proxies. */
export function addressOf(c: Ctx, config: Config): string {
  const remote = c.env?.incoming?.socket?.remoteAddress ?? '127.0.0.1'
  return clientAddress(remote, c.req.header('x-forwarded-for'), config.trusted_proxies)
}
