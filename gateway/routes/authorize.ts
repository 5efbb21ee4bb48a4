/**
 * The authorization endpoint in its two representations: a hosted page that shows the code, or the new session itself for
 * a page that shows the code on its own (`Accept: application/nod-session+json`). A page creates nothing by being loaded.
 */
import { Hono } from 'hono'
import { SESSION_MEDIA_TYPE, SessionCreated } from '../../shared/protocol/session-messages.ts'
import type { Judged } from '../authorization.ts'
import { countBeginning } from '../beginnings.ts'
import { isPublic } from '../clients.ts'
import type { Deps } from '../deps.ts'
import { NodError } from '../error.ts'
import type { Params } from '../params.ts'
import type { PushedRequests } from '../pushed-requests.ts'
import { authorizationResponse } from '../redirect-uris.ts'
import type { Sessions } from '../sessions.ts'
import type { ClientRow } from '../store/rows.ts'
import { corsFor, isFromPage } from './cors.ts'
import { bodyParams, queryParams } from './form.ts'
import { pageInfo } from './page-info.ts'
import { errorPage, pageShell } from './pages.ts'
import { addressOf, type Ctx, documented, type Env } from './request.ts'

/** What the hosted page sends again to create the session. */
const PASSED_ON = [
  ...['response_type', 'response_mode', 'client_id', 'redirect_uri', 'scope', 'state', 'nonce', 'code_challenge'],
  ...[
    'code_challenge_method',
    'prompt',
    'max_age',
    'login_hint',
    'acr_values',
    'ui_locales',
    'id_token_hint',
    'claims',
  ],
]

export function authorizeRoutes(deps: Deps, pushedRequests: PushedRequests, sessions: Sessions): Hono<Env> {
  const { config, limits, log } = deps
  const cors = corsFor(deps)
  const routes = new Hono<Env>()

  const paramsOf = (c: Ctx): Params | Promise<Params> => (c.req.method === 'POST' ? bodyParams(c) : queryParams(c))

  async function answerSession(c: Ctx): Promise<Response> {
    const page = pageInfo(c, config)
    const by_extension = !isFromPage(c)
    const sent = await paramsOf(c)
    const { judged, params } = await pushedRequests.judge(sent, { address: page.ip, by_extension })
    const origin = judged.client && cors.allow(c, judged.client)
    if (!judged.ok) throw errorOf(judged)
    const { client, authorization } = judged
    const by = params !== sent && !isPublic(client) ? 'counted' : 'page'
    await countBeginning(limits, { ip: page.ip, client_id: client.client_id, by })
    const { created } = await sessions.create({ kind: 'code', client, authorization, page: { ...page, origin } })
    return c.json(created, 201)
  }

  async function answerPage(c: Ctx): Promise<Response> {
    try {
      const sent = await paramsOf(c)
      // Who only asks whether there is a page must not use a reference up.
      if (c.req.method === 'HEAD' && sent.get('request_uri') !== undefined) return c.body(null)
      const { judged, params } = await pushedRequests.judge(sent, {
        address: addressOf(c, config),
        by_extension: false,
      })
      if (!judged.ok)
        return judged.answer_to
          ? redirectBack(c, judged, judged.answer_to)
          : shown(c, errorOf(judged), judged.client, params.get('ui_locales'))
      const { client_id, name, origins } = judged.client
      return pageShell(c, config, 'authorize', {
        client: { client_id, name, origin: origins[0] ?? null },
        params: params === sent ? passedOn(params) : await referenceTo(judged.client, params, sent),
      })
    } catch (error) {
      if (error instanceof NodError && error.status === 400) return shown(c, error, null)
      throw error
    }
  }

  /** What only a site's developer or operator can mend is in the log too, under the id that the page shows. */
  function shown(c: Ctx, error: NodError, client: ClientRow | null, ui_locales?: string): Response {
    const request_id = c.get('request_id')
    log.info('refused', { request_id, code: error.code, ...(client && { client_id: client.client_id }) })
    return errorPage(c, config, 'sign_in', error, ui_locales)
  }

  /** A pushed request stays here: neither the page nor who sits before it can read or change it. */
  async function referenceTo(client: ClientRow, params: Params, sent: Params): Promise<Record<string, string>> {
    const { request_uri } = await pushedRequests.hold(client, params, sent.get('request_uri'))
    const ui_locales = params.get('ui_locales')
    return { client_id: client.client_id, request_uri, ...(ui_locales !== undefined && { ui_locales }) }
  }

  /** RFC 6749 §4.1.2.1, with `iss` (RFC 9207 §2). */
  function redirectBack(
    c: Ctx,
    judged: Judged & { ok: false },
    to: { redirect_uri: string; state?: string },
  ): Response {
    const { error, error_description } = errorOf(judged).wire('')
    const { redirect_uri, ...state } = to
    return c.redirect(
      authorizationResponse(redirect_uri, { error, error_description, ...state, iss: config.issuer }),
      303,
    )
  }

  routes.options('/authorize', cors.preflight)
  routes.on(
    ['GET', 'POST'],
    '/authorize',
    documented(
      'Ask for a sign-in: a page with the code, or as JSON the session itself (RFC 6749 §3.1, OpenID Connect Core §3.1.2)',
      { 200: null, 201: SessionCreated, 303: null },
      'invalid_request',
      'unknown_client',
      'invalid_redirect_uri',
      'invalid_request_uri',
      'unsupported_response_type',
      'unsupported_response_mode',
      'invalid_scope',
      'login_required',
      'unmet_authentication_requirements',
      'origin_not_registered',
      'network_not_allowed',
      'extension_required',
      'not_acceptable',
      'too_many_requests',
    ),
    async (c) => {
      c.header('Vary', 'Accept')
      const form = representation(c.req.header('accept'))
      if (form === null) throw new NodError('not_acceptable')
      return form === 'session' ? answerSession(c) : answerPage(c)
    },
  )
  return routes
}

const passedOn = (params: Params): Record<string, string> =>
  Object.fromEntries(
    PASSED_ON.flatMap((name) => {
      const value = params.get(name)
      return value === undefined ? [] : [[name, value]]
    }),
  )

const errorOf = ({ fault: { error, description } }: Judged & { ok: false }): NodError =>
  new NodError(error, description === undefined ? {} : { description })

/** A session for who names its media type, a page for who takes HTML; qualities do not matter, since nobody asks for both. */
function representation(accept = '*/*'): 'session' | 'page' | null {
  const types = accept.split(',').map((range) => range.split(';', 1)[0]!.trim().toLowerCase())
  if (types.includes(SESSION_MEDIA_TYPE)) return 'session'
  return types.some((type) => type === 'text/html' || type === 'text/*' || type === '*/*' || type === '')
    ? 'page'
    : null
}
