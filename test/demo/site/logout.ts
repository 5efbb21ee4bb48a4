/**
 * Being told by the provider that a sign-in is over (OpenID Connect Back-Channel Logout 1.0 §2.6), as any site can do it
 * with a JWT library and the provider's published keys. What is signed out then is the site's own business.
 */
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'
import type { Configuration } from 'openid-client'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/** Which sign-ins are over: that of one browser, or all of a person where no `sid` is said. */
export interface Ended {
  sub: string | undefined
  sid: string | undefined
}

/** Answers what a logout token says; throws for whatever is not exactly one, from this provider and for this client. */
export function createLogoutReader() {
  const seen = new Map<string, number>()
  let keys: ReturnType<typeof createRemoteJWKSet> | undefined

  return async (config: Configuration, client_id: string, token: string): Promise<Ended> => {
    const { issuer, jwks_uri } = config.serverMetadata()
    keys ??= createRemoteJWKSet(new URL(jwks_uri!))
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience: client_id,
      typ: 'logout+jwt',
      algorithms: ['RS256', 'ES256'],
      requiredClaims: ['iat', 'exp', 'jti', 'events'],
    })
    checkEvent(payload)
    once(seen, payload.jti!, payload.exp!)
    const sid = typeof payload.sid === 'string' ? payload.sid : undefined
    if (sid === undefined && payload.sub === undefined) throw new Error('it names nobody')
    return { sub: payload.sub, sid }
  }
}

function checkEvent({ events, nonce }: JWTPayload): void {
  const said = typeof events === 'object' && events !== null && Object.hasOwn(events, EVENT)
  // An id_token has a nonce, and shall never pass for this.
  if (!said || nonce !== undefined) throw new Error('it is no logout token')
}

/** The same statement again is refused; one that has expired need not be remembered. */
function once(seen: Map<string, number>, jti: string, exp: number): void {
  const now = Date.now() / 1000
  for (const [old, until] of seen) if (until < now) seen.delete(old)
  if (seen.has(jti)) throw new Error('it came before')
  seen.set(jti, exp)
}
