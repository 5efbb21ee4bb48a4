/** The devices of the account that calls: enrol this browser's pages, list them, revoke one. */
import { Hono } from 'hono'
import { DeviceChallenge, DeviceList, Enrolled, EnrolRequest } from '../../shared/protocol/messages.ts'
import type { Deps } from '../deps.ts'
import type { Devices } from '../devices.ts'
import { NodError } from '../error.ts'
import type { Authenticate, FreshCaller } from './authenticate.ts'
import { documented, type Env, jsonBody } from './request.ts'

type FreshEnv = Env & { Variables: { caller: FreshCaller } }

export function deviceRoutes({ clock }: Deps, authenticate: Authenticate, devices: Devices): Hono<FreshEnv> {
  const routes = new Hono<FreshEnv>()

  routes.post(
    '/v1/devices/challenge',
    documented(
      'A challenge for enrolling this browser',
      { 200: DeviceChallenge },
      'sign_in_required',
      'forbidden_origin',
    ),
    async (c) => {
      const { web_session } = await authenticate.caller(c)
      // An extension has its key from the day it was linked: only a browser has one to enrol.
      if (!web_session) throw new NodError('sign_in_required')
      return c.json(await devices.challenge(web_session))
    },
  )

  routes.post(
    '/v1/devices',
    documented(
      'Enrol the key of this browser for the account that is signed in',
      { 201: Enrolled },
      'invalid_request',
      'invalid_proof',
      'sign_in_required',
      'fresh_sign_in_required',
      'forbidden_origin',
      'too_many_devices',
    ),
    // Who calls is settled before a body is looked at.
    async (c, next) => {
      c.set('caller', await authenticate.fresh(c))
      await next()
    },
    jsonBody(EnrolRequest),
    async (c) => {
      const enrolled = await devices.enrol(c.get('caller'), c.req.valid('json'))
      // With the gateway's time: a device whose clock is off can say so, or sign again by it.
      if (!enrolled.ok) throw new NodError(enrolled.reason, { members: { now: clock.now() } })
      return c.json({ device_id: enrolled.device_id }, 201)
    },
  )

  routes.get(
    '/v1/devices',
    documented('The devices of the account', { 200: DeviceList }, 'sign_in_required', 'unauthorized'),
    async (c) => c.json({ devices: await devices.list(await authenticate.caller(c)) }),
  )

  routes.delete(
    '/v1/devices/:id',
    documented(
      'Revoke a device of the account, at once; any but the calling one takes a sign-in of the last five minutes',
      { 204: null },
      'sign_in_required',
      'fresh_sign_in_required',
      'unauthorized',
      'forbidden_origin',
      'device_not_found',
    ),
    async (c) => {
      const caller = await authenticate.overDevice(c, c.req.param('id'))
      if (!(await devices.revoke(caller, c.req.param('id')))) throw new NodError('device_not_found')
      return c.body(null, 204)
    },
  )
  return routes
}
