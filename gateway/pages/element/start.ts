/**
 * A session by the site's own sign-in: fetches the start URI as the site's link would open it, and follows it to the
 * gateway that served this script. What goes wrong is told to the site's developer, on the console, with its mend.
 */
import { call, GatewayError } from '../../../shared/client/call.ts'
import { SESSION_MEDIA_TYPE, SessionCreated } from '../../../shared/protocol/session-messages.ts'

/** Rejects with a GatewayError, or with the signal's reason. `start` may be relative to the page. */
export async function startSession(start: string, issuer: string, signal: AbortSignal): Promise<SessionCreated> {
  try {
    const url = start === '' ? null : URL.parse(start, document.baseURI)
    // Anywhere else the site's cookie of this attempt would be neither kept nor sent.
    if (url?.origin !== location.origin) throw notHere()
    const headers = { accept: SESSION_MEDIA_TYPE }
    const init = { headers, credentials: 'same-origin', redirect: 'follow', from: issuer, signal } as const
    return await call(url.href, SessionCreated, init)
  } catch (error) {
    if (error instanceof GatewayError) console.warn(`<nod-login> has no code to show. ${mend(error, start, issuer)}`)
    throw error
  }
}

const notHere = () =>
  new GatewayError({
    code: 'invalid_request',
    status: 0,
    message: `Its attribute "start" must be an address of ${location.origin}, the one behind the site's sign-in link.`,
  })

function mend({ code, message }: GatewayError, start: string, issuer: string): string {
  if (code === 'not_a_gateway') return `${message} ${start} must redirect to ${issuer}/authorize.`
  if (code !== 'unreachable') return message
  return `${message} If it is there, one of these is missing:
- ${start} redirects straight to ${issuer}/authorize, with no other site in between;
- ${location.origin} is registered: nod client update CLIENT --origin ${location.origin};
- the page's Content-Security-Policy has: connect-src 'self' ${issuer} ${issuer.replace(/^http/, 'ws')}`
}
