/**
 * Judges an authorization request: whose it is, where its answer may go, and what it asks for (OpenID Connect Core
 * §3.1.2.2). One rule a function, in the order in which they are told. Creates nothing and knows no HTTP.
 */
import type { ErrorCode } from '../shared/protocol/errors.ts'
import { readClaims } from './claims-parameter.ts'
import { type Clients, isPublic } from './clients.ts'
import { type Config, isLoopback } from './config.ts'
import { acrOf } from './id-token.ts'
import type { Keys } from './keys.ts'
import { nearestHint } from './nearest.ts'
import type { Params } from './params.ts'
import { isCodeChallenge } from './pkce.ts'
import { type Arrival, startRefusal } from './policies.ts'
import { isRegisteredRedirectUri } from './redirect-uris.ts'
import { grantedScope } from './scopes.ts'
import type { Authorization, ClientRow } from './store/rows.ts'

export const RESPONSE_TYPES = ['code'] as const
export const RESPONSE_MODES = ['query'] as const
export const CODE_CHALLENGE_METHODS = ['S256'] as const

/** Bytes that come back to the client unchanged. */
const MOST_STATE = 4096
const MOST_NONCE = 1024
/** Characters of what is only kept as a hint. */
const MOST_HINT = 512

const PROMPTS = new Set(['none', 'login', 'consent', 'select_account'])

export interface Fault {
  error: ErrorCode
  /** Replaces the table's text; never holds what the request said. */
  description?: string
  /** Must be told where the request was made: an answer at the client could not be told from a sound one. */
  here?: true
}

export type Judged =
  | { ok: true; client: ClientRow; authorization: Authorization }
  | {
      ok: false
      /** Null: unknown. */
      client: ClientRow | null
      fault: Fault
      /** Where a browser may be sent with the fault; null: it must be told on a page of the gateway. */
      answer_to: { redirect_uri: string; state?: string } | null
    }

type Rule = (params: Params, client: ClientRow) => Fault | null

const invalid = (description: string): Fault => ({ error: 'invalid_request', description })

/** Parameters must not be included more than once (RFC 6749 §3.1). */
const repeatsNothing: Rule = ({ repeated }) =>
  repeated.length > 0 ? invalid('A parameter is there more than once.') : null

/** OpenID Connect Core §6 and §7.2.1: what would change the request, and is not read, must be refused. */
const bringsNoObject: Rule = (params) => {
  if (params.get('request') !== undefined) return { error: 'request_not_supported' }
  if (params.get('request_uri') !== undefined) return { error: 'request_uri_not_supported' }
  return params.get('registration') === undefined ? null : { error: 'registration_not_supported' }
}

const asksForCode: Rule = (params) => {
  const response_type = params.get('response_type')
  if (response_type === undefined) return invalid('response_type is missing.')
  if (!isOneOf(RESPONSE_TYPES, response_type)) return { error: 'unsupported_response_type' }
  const mode = params.get('response_mode')
  return mode === undefined || isOneOf(RESPONSE_MODES, mode) ? null : { error: 'unsupported_response_mode' }
}

/** What has to come back byte for byte is refused, not cut, when it is too much to keep. */
const fits: Rule = (params) => {
  if (bytesOf(params.get('state')) > MOST_STATE) return { ...invalid('state is longer than 4096 bytes.'), here: true }
  if (bytesOf(params.get('nonce')) > MOST_NONCE) return { ...invalid('nonce is longer than 1024 bytes.'), here: true }
  const long = ['login_hint', 'acr_values', 'ui_locales', 'scope'].find(
    (name) => (params.get(name) ?? '').length > MOST_HINT,
  )
  return long ? invalid(`${long} is longer than ${MOST_HINT} characters.`) : null
}

/** scope-token (RFC 6749 §3.3); unknown ones are ignored (OpenID Connect Core §3.1.2.1). */
const isOpenId: Rule = (params) => {
  const scope = params.get('scope') ?? ''
  if (!/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(scope)) return { error: 'invalid_scope' }
  return scope.split(' ').includes('openid') ? null : { error: 'invalid_scope' }
}

/**
 * PKCE with S256 (RFC 9700 §2.1.1). Only a client that can show who it is may have been registered to do without; what it
 * brings nevertheless must be sound.
 */
const bringsChallenge: Rule = (params, client) => {
  const code_challenge = params.get('code_challenge')
  if (code_challenge === undefined) {
    if (client.pkce || isPublic(client)) return invalid('code_challenge is missing: PKCE is required (RFC 7636).')
    const method = params.get('code_challenge_method')
    return method === undefined ? null : invalid('code_challenge_method is there without a code_challenge.')
  }
  if (!isOneOf(CODE_CHALLENGE_METHODS, params.get('code_challenge_method') ?? 'plain'))
    return invalid('code_challenge_method must be S256.')
  return isCodeChallenge(code_challenge) ? null : invalid('code_challenge is not the S256 of a verifier.')
}

/** There is no single sign-on: somebody always has to scan. */
const promptsPerson: Rule = (params) => {
  const prompts = params.get('prompt')?.split(' ') ?? []
  if (prompts.some((prompt) => !PROMPTS.has(prompt))) return invalid('prompt has a value that is not known here.')
  if (!prompts.includes('none')) return null
  return prompts.length > 1 ? invalid('prompt=none must stand alone.') : { error: 'login_required' }
}

/** Every sign-in is a new one, so any age is met. */
const agesWell: Rule = (params) =>
  /^\d{1,10}$/.test(params.get('max_age') ?? '0') ? null : invalid('max_age is not a number of seconds.')

const RULES: readonly Rule[] = [
  fits,
  repeatsNothing,
  bringsNoObject,
  asksForCode,
  isOpenId,
  bringsChallenge,
  promptsPerson,
  agesWell,
]

export type Authorizations = ReturnType<typeof createAuthorizations>

export function createAuthorizations(config: Config, clients: Clients, keys: Keys) {
  /** The one account that may answer, where the request names it (`id_token_hint`, `claims`). */
  async function onlySub(params: Params, client: ClientRow): Promise<{ sub?: string } | { fault: Fault }> {
    const claims = readClaims(params.get('claims'), acrOf(config.issuer, client.confirm))
    if (!claims.ok) return { fault: { error: claims.reason } }
    const hint = params.get('id_token_hint')
    if (hint === undefined) return claims
    const token = await keys.verifyOwn(hint)
    if (token?.iss !== config.issuer || token.aud !== client.client_id || typeof token.sub !== 'string')
      return { fault: invalid('id_token_hint is not an id_token that was issued to this client.') }
    if (claims.sub !== undefined && claims.sub !== token.sub)
      return { fault: invalid('id_token_hint and claims name different accounts.') }
    return { sub: token.sub }
  }

  /** Which one it was meant to be is told to nobody but a developer at this very machine. */
  function unregistered(client: ClientRow, redirect_uri: string): Fault {
    const description = isLoopback(config) ? nearestHint('redirect_uri', redirect_uri, client.redirect_uris) : null
    return { error: 'invalid_redirect_uri', ...(description !== null && { description }) }
  }

  return {
    async judge(params: Params, arrival: Arrival): Promise<Judged> {
      const client_id = params.get('client_id')
      const client = client_id === undefined ? null : await clients.find(client_id)
      const shown = (fault: Fault): Judged => ({ ok: false, client, fault, answer_to: null })
      const redirect_uri = params.get('redirect_uri')
      // A redirect that two readers could read differently is no redirect at all.
      if (params.repeated.some((name) => name === 'client_id' || name === 'redirect_uri'))
        return shown(invalid('client_id or redirect_uri is there more than once.'))
      if (client_id === undefined) return shown(invalid('client_id is missing.'))
      if (!client) return shown({ error: 'unknown_client' })
      if (redirect_uri === undefined) return shown(invalid('redirect_uri is missing.'))
      if (!isRegisteredRedirectUri(client, redirect_uri)) return shown(unregistered(client, redirect_uri))

      const state = params.repeated.includes('state') ? undefined : params.get('state')
      const answer_to = { redirect_uri, ...(state !== undefined && { state }) }
      const refused = (fault: Fault): Judged => ({ ok: false, client, fault, answer_to: fault.here ? null : answer_to })
      const barred = startRefusal(client, arrival)
      if (barred) return refused(barred)
      for (const rule of RULES) {
        const fault = rule(params, client)
        if (fault) return refused(fault)
      }
      const only = await onlySub(params, client)
      if ('fault' in only) return refused(only.fault)
      return {
        ok: true,
        client,
        authorization: { ...asked(params, client), ...answer_to, ...(only.sub && { only_sub: only.sub }) },
      }
    },
  }
}

/** What is kept of a sound request; members are the RFC's. */
function asked(params: Params, client: ClientRow): Omit<Authorization, 'redirect_uri'> {
  const kept = ['nonce', 'code_challenge', 'acr_values', 'login_hint', 'ui_locales'] as const
  const max_age = params.get('max_age')
  return {
    scope: grantedScope(params.get('scope')!, client, 'code'),
    ...Object.fromEntries(kept.flatMap((name) => (params.get(name) === undefined ? [] : [[name, params.get(name)]]))),
    ...(max_age !== undefined && { max_age: Number(max_age) }),
  }
}

const isOneOf = (choices: readonly string[], text: string): boolean => choices.includes(text)

const bytesOf = (text = ''): number => Buffer.byteLength(text)
