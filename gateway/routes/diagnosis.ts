/**
 * How a request looks once it has come through whatever stands before the gateway: for `nod doctor`, which shows that it
 * has the same database by a value that only this one gives. To anybody else there is nothing here.
 */
import { isIP } from 'node:net'
import { Hono } from 'hono'
import * as v from 'valibot'
import { clientAddress } from '../address.ts'
import type { Deps } from '../deps.ts'
import { diagnosisToken } from '../doctor/diagnosis-token.ts'
import { NodError } from '../error.ts'
import { hash, sameHash } from '../secrets.ts'
import { bearer, documented, type Env } from './request.ts'

const Diagnosis = v.object({
  /** Who holds the connection: the browser, or the last proxy. */
  remote: v.string(),
  /** Whether it is one of NOD_TRUSTED_PROXIES. */
  trusted: v.boolean(),
  forwarded_for: v.nullable(v.string()),
})

export function diagnosisRoutes({ config, clock, derive }: Pick<Deps, 'config' | 'clock' | 'derive'>): Hono<Env> {
  const routes = new Hono<Env>()
  routes.get(
    '/v1/diagnosis',
    documented('How a request looks from here; for nod doctor alone', { 200: Diagnosis }, 'not_found'),
    (c) => {
      const now = clock.now()
      const token = hash(bearer(c) ?? '')
      const known = [now - 60, now, now + 60].some((moment) => sameHash(token, hash(diagnosisToken(derive, moment))))
      if (!known) throw new NodError('not_found')
      const { trusted_proxies } = config
      const remote = clientAddress(c.env.incoming.socket.remoteAddress ?? '', undefined, trusted_proxies)
      const forwarded_for = c.req.header('x-forwarded-for') ?? null
      const trusted = trusted_proxies.check(remote, isIP(remote) === 6 ? 'ipv6' : 'ipv4')
      return c.json({ remote, trusted, forwarded_for })
    },
  )
  return routes
}
