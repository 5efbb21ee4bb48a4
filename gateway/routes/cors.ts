/**
 * Which web pages may read what a session's page is told, and what a browser application is: those of origins that the
 * client registered, and the gateway's own. Exact strings, never with credentials. Also says from where a session was
 * asked for.
 */
import type { MiddlewareHandler } from 'hono'
import { isLoopback } from '../config.ts'
import type { Deps } from '../deps.ts'
import { NodError } from '../error.ts'
import { nearestHint } from '../nearest.ts'
import type { Ctx, Env } from './request.ts'

export interface Cors {
  /** Answers a preflight; whether the page's own client is the one asked about shows only in the request that follows. */
  preflight: MiddlewareHandler<Env>
  /** For answers that are about no client in particular: any registered origin may read them. False: this one is not. */
  allowKnown(c: Ctx): Promise<boolean>
  /**
   * The origin the request came from, null when nothing says. Lets the page read the answer, or throws
   * `origin_not_registered` when its origin is not one of this client's.
   */
  allow(c: Ctx, client: { origins: readonly string[] }): string | null
  /**
   * For what an application in a browser calls by itself, with a token or a code in its hands: pages of origins that a
   * public client registered may read the answers. Another client's pages could do nothing with them but call in vain.
   */
  forPublicClients: MiddlewareHandler<Env>
}

const PREFLIGHT = {
  'Access-Control-Allow-Methods': 'GET, POST',
  'Access-Control-Allow-Headers': 'authorization, content-type, nod-origin',
  'Access-Control-Max-Age': '600',
} as const

/** An extension's own request says nothing about a site; `Nod-Origin` then tells in which tab its widget is. */
const EXTENSION = /^(chrome|moz)-extension:\/\//

/** Whether a page's own script asks; a browser says so, and no page can keep it from that. */
export function isFromPage(c: Pick<Ctx, 'req'>): boolean {
  const origin = c.req.header('origin')
  return origin !== undefined && !EXTENSION.test(origin)
}

export function corsFor({ config, store }: Pick<Deps, 'config' | 'store'>): Cors {
  const expose = (c: Ctx, origin: string): void => {
    c.header('Access-Control-Allow-Origin', origin)
    c.header('Access-Control-Expose-Headers', 'Retry-After, WWW-Authenticate')
  }

  const allowKnown = async (c: Ctx): Promise<boolean> => {
    c.header('Vary', 'Origin')
    const origin = c.req.header('origin')
    if (origin === undefined || !(origin === config.issuer || (await store.isRegisteredOrigin(origin)))) return false
    expose(c, origin)
    return true
  }

  /** Which one it was meant to be is told to nobody but a developer at this very machine. */
  const notRegistered = (origin: string, registered: readonly string[]): NodError =>
    new NodError(
      'origin_not_registered',
      isLoopback(config) ? { description: nearestHint('origin', origin, registered) } : {},
    )

  return {
    allowKnown,

    async preflight(c) {
      if (await allowKnown(c)) {
        for (const [name, value] of Object.entries(PREFLIGHT)) c.header(name, value)
      }
      return c.body(null, 204)
    },

    allow(c, client) {
      c.header('Vary', 'Origin, Nod-Origin', { append: true })
      const isOurs = (origin: string): boolean => origin === config.issuer || client.origins.includes(origin)
      const sent = c.req.header('origin')
      const browsers = isFromPage(c) ? sent : undefined
      const origin = browsers ?? c.req.header('nod-origin') ?? null
      if (origin !== null && !isOurs(origin)) throw notRegistered(origin, client.origins)
      if (browsers !== undefined) expose(c, browsers)
      return origin
    },

    async forPublicClients(c, next) {
      c.header('Vary', 'Origin', { append: true })
      const origin = c.req.header('origin')
      const may_read = origin !== undefined && (await store.isPublicClientOrigin(origin))
      if (may_read) expose(c, origin)
      if (c.req.method !== 'OPTIONS') return next()
      if (may_read) for (const [name, value] of Object.entries(PREFLIGHT)) c.header(name, value)
      return c.body(null, 204)
    },
  }
}
