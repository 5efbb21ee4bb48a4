/**
 * Reading a request: its body by a schema, its bearer secret, who sends it from where; and saying in /openapi.json what
 * a route takes and answers. The one door to hono-openapi. Never reads the store.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import type { Context, Hono, MiddlewareHandler } from 'hono'
import { describeRoute, openAPIRouteHandler, resolver, validator } from 'hono-openapi'
import * as v from 'valibot'
import { WireErrorBody } from '../../shared/protocol/error-body.ts'
import { ERRORS, type ErrorCode } from '../../shared/protocol/errors.ts'
import { clientAddress } from '../address.ts'
import type { Config } from '../config.ts'
import { NodError } from '../error.ts'

export interface Variables {
  request_id: string
  /** The device that calls; set on the routes that take nobody else. */
  by: { sub: string; device_id: string }
}
export interface Bindings extends HttpBindings {
  incoming: IncomingMessage
  outgoing: ServerResponse
  /** Asks a request once more, from the start. */
  ask(incoming: IncomingMessage, outgoing: ServerResponse): void
  /** What a route answers when it will have the request asked once more: nothing is sent. */
  put_aside: Response
}
export type Env = { Bindings: Bindings; Variables: Variables }
export type Ctx = Context<Env>
/** The request alone, as routes with variables of their own have it too. */
export type Requesting = Pick<Ctx, 'req'>

/**
 * Middleware that only documents: what the route is for, what it answers (status → schema, null for no body), and the
 * codes it refuses with.
 */
export function documented(
  summary: string,
  answers: Record<number, v.GenericSchema | null>,
  ...refusals: ErrorCode[]
): MiddlewareHandler {
  const json = (schema: v.GenericSchema) => ({ 'application/json': { schema: resolver(schema) } })
  const responses: Record<number, { description: string; content?: ReturnType<typeof json> }> = {}
  for (const code of refusals) {
    const { status } = ERRORS[code]
    const description = [responses[status]?.description, code].filter(Boolean).join(', ')
    responses[status] = { description, content: json(WireErrorBody) }
  }
  for (const [status, schema] of Object.entries(answers)) {
    responses[Number(status)] = { description: summary, ...(schema && { content: json(schema) }) }
  }
  return describeRoute({ summary, responses })
}

/** Answers with the OpenAPI document of every documented route of `app`. */
export const openApiOf = (app: Hono<Env>, issuer: string): MiddlewareHandler =>
  openAPIRouteHandler(app, {
    documentation: {
      info: {
        title: 'Nod',
        version: '1',
        description: 'Sign in by scanning. Secrets travel in headers and bodies only.',
      },
      servers: [{ url: issuer }],
    },
  })

/** Middleware: the JSON body, checked. The answer to a bad one names the members, and never repeats their values. */
export const jsonBody = <S extends v.GenericSchema>(schema: S) =>
  validator('json', schema, (result, c) => {
    if (result.success) return
    const type = c.req.header('content-type') ?? ''
    if (!/^application\/([\w.-]+\+)?json\b/i.test(type)) throw new NodError('unsupported_media_type')
    throw invalidMembers(result.error as readonly v.BaseIssue<unknown>[])
  })

/** The JSON body where there need not be one: nothing at all is `{}`. Throws as `jsonBody` does. */
export async function optionalJson<T>(c: Requesting, schema: v.GenericSchema<unknown, T>): Promise<T> {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), (await c.req.text()) || '{}')
  if (read.success) return read.output
  throw invalidMembers(read.issues)
}

/** Middleware: the query's parameters, checked and documented as `jsonBody` does it with a body. */
export const queryOf = <S extends v.GenericSchema>(schema: S) =>
  validator('query', schema, (result) => {
    if (!result.success) throw invalidMembers(result.error as readonly v.BaseIssue<unknown>[])
  })

/** `invalid_request` that names what is wrong: `ticket: is not a ticket`. */
function invalidMembers(
  issues: readonly Pick<v.BaseIssue<unknown>, 'path' | 'expected' | 'kind' | 'message'>[],
): NodError {
  const wrong = issues.slice(0, 5).map((issue) => {
    const member = (issue.path ?? []).map((part) => String(part.key)).join('.') || 'body'
    return issue.kind === 'schema' && issue.expected ? `${member} must be ${issue.expected}` : `${member} is not valid`
  })
  return new NodError('invalid_request', { description: `The request is malformed: ${wrong.join('; ')}.` })
}

/**
 * Middleware: refuses with `invalid_request` a Host that no URL can have, since what builds one of it later would fail as
 * a fault of ours.
 */
export const checkHost: MiddlewareHandler<Env> = (c, next) => {
  const host = c.env?.incoming?.headers.host
  if (host !== undefined && !URL.canParse(`http://${host}`))
    throw new NodError('invalid_request', { description: 'The Host header is not one.' })
  return next()
}

/** The secret of `Authorization: Bearer`, or null. */
export function bearer(c: Requesting): string | null {
  return /^Bearer ([\w.~+/-]{16,200}=*)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? null
}

/** The client's address, behind the trusted proxies. */
export function addressOf(c: Ctx, config: Config): string {
  const remote = c.env?.incoming?.socket?.remoteAddress ?? '127.0.0.1'
  return clientAddress(remote, c.req.header('x-forwarded-for'), config.trusted_proxies)
}

/**
 * Calls `gone` once the client has gone, or has its answer. Asked of the connection: the signal of `c.req.raw` would make
 * a whole Request of each request that is held, which is most of what one costs.
 */
export function whenGone({ env: { outgoing } }: Ctx): (gone: () => void) => () => void {
  return (gone) => {
    outgoing.once('close', gone)
    return () => outgoing.off('close', gone)
  }
}
