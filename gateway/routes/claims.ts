/** The approver's routes: claim, watch the account's open claims, decide, let go. The socket is sockets.ts. */
import { Hono } from 'hono'
import type { ErrorCode } from '../../shared/protocol/errors.ts'
import { Claim, ClaimRequest, ClaimsView, DecisionAnswer, DecisionRequest } from '../../shared/protocol/messages.ts'
import type { Claims } from '../claims.ts'
import type { Decisions } from '../decisions.ts'
import type { Deps } from '../deps.ts'
import { NodError } from '../error.ts'
import type { Authenticate } from './authenticate.ts'
import { readCursor } from './cursor.ts'
import { held } from './held.ts'
import { addressOf, documented, type Env, jsonBody } from './request.ts'

type Refused = { ok: false; reason: ErrorCode; members?: Record<string, string | number> }

export function claimRoutes(deps: Deps, authenticate: Authenticate, claims: Claims, decisions: Decisions): Hono<Env> {
  const { config, hub, store } = deps
  const routes = new Hono<Env>()

  // Who calls is settled before a body is looked at: strangers learn nothing about what would be valid.
  routes.use('/v1/claims/*', async (c, next) => {
    const { device } = await authenticate.device(c)
    c.set('by', { sub: device.sub, device_id: device.device_id })
    await next()
  })

  routes.post(
    '/v1/claims',
    documented(
      'Take a session by its ticket or typed code',
      { 201: Claim },
      'session_claimed',
      'ticket_expired',
      'session_over',
      'session_not_found',
      'origin_mismatch',
      'wrong_account',
      'network_not_allowed',
      'sign_in_required',
      'device_required',
      'too_many_requests',
    ),
    jsonBody(ClaimRequest),
    async (c) => {
      const result = await claims.claim({ ...c.get('by'), address: addressOf(c, config) }, c.req.valid('json'))
      return result.ok ? c.json(result.claim, 201) : refuse(result)
    },
  )

  routes.get('/v1/claims', documented('Wait for a newer view of the open claims', { 200: ClaimsView }), async (c) => {
    const caller = await authenticate.device(c)
    const { sub, device_id } = caller.device
    const cursor = readCursor(c, store.epoch, `inbox:${device_id}`)
    return held(c, hub, `inbox:${sub}`, () => claims.inbox(sub), cursor)
  })

  routes.post(
    '/v1/claims/:id/decision',
    documented(
      'Answer a claim with a signed decision',
      { 200: DecisionAnswer },
      'invalid_decision',
      'number_required',
      'number_mismatch',
      'passkey_required',
      'passkey_failed',
      'already_decided',
      'session_over',
      'claim_not_found',
      'origin_mismatch',
      'network_not_allowed',
    ),
    jsonBody(DecisionRequest),
    async (c) => {
      const device = await store.findDevice(c.get('by').device_id)
      if (!device) throw new NodError('unauthorized')
      const by = { device, address: addressOf(c, config) }
      const result = await decisions.decide(by, c.req.param('id'), c.req.valid('json'))
      return result.ok ? c.json(result.answer) : refuse(result)
    },
  )

  routes.delete('/v1/claims/:id', documented('Let go of a claim', { 204: null }, 'claim_not_found'), async (c) => {
    const result = await claims.release(c.get('by'), c.req.param('id'))
    return result.ok ? c.body(null, 204) : refuse(result)
  })
  return routes
}

function refuse({ reason, members }: Refused): never {
  throw new NodError(reason, members ? { members } : {})
}
