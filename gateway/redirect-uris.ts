/**
 * Redirect URIs: which may be registered, which one a request may name, and the answer that is sent to it. Pure; nothing
 * here is ever normalised for comparison, since two parties that normalise differently are how codes get stolen.
 */

/** Hosts that never leave the machine; `localhost` only by a name server's grace, so it must be registered as such. */
const LOOPBACK_HOST = /^(127\.0\.0\.1|\[::1\]|localhost)$/

/** An http URI on a loopback host, in three parts: up to the host, the port, the rest. */
const LOOPBACK_URI = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost))(?::([1-9]\d{0,4}))?(\/[\x21-\x7e]*)$/

/** What the answer itself carries: a registered query that has one of these would make it ambiguous. */
const ANSWER_PARAMS = ['code', 'state', 'iss', 'error', 'error_description', 'error_uri']

/**
 * Whether a request may name this URI: byte-equal to a registered one (RFC 9700 §4.1.3), but for the port of a loopback
 * URI of a native client, which is known only when the application listens (RFC 8252 §7.3).
 */
export function isRegisteredRedirectUri(
  client: { redirect_uris: readonly string[]; native: boolean },
  redirect_uri: string,
): boolean {
  if (client.redirect_uris.includes(redirect_uri)) return true
  if (!client.native) return false
  const asked = withoutPort(redirect_uri)
  return asked !== null && client.redirect_uris.some((registered) => withoutPort(registered) === asked)
}

function withoutPort(uri: string): string | null {
  const parts = LOOPBACK_URI.exec(uri)
  if (!parts || Number(parts[2] ?? 80) > 65535) return null
  return `${parts[1]}${parts[3]}`
}

/** Whether this is plain http that never leaves the machine: for development. */
export const isPlainLoopback = (url: URL): boolean => url.protocol === 'http:' && LOOPBACK_HOST.test(url.hostname)

/** What is wrong with a URI that is to be registered as a target of redirects, with the mend; null when nothing is. */
export function redirectUriFault(uri: string): string | null {
  const fault = webUriFault(uri)
  if (fault) return fault
  const clash = ANSWER_PARAMS.find((name) => new URL(uri).searchParams.has(name))
  return clash ? `has "${clash}" in its query, which the answer itself carries: leave it out` : null
}

/** As `redirectUriFault`, for addresses to which no answer is appended. */
export function webUriFault(uri: string): string | null {
  const url = URL.parse(uri)
  if (!url) return 'is not an absolute URI: write it like https://shop.example/callback'
  if (url.protocol !== 'https:' && !isPlainLoopback(url))
    return 'must be https; plain http is for 127.0.0.1, [::1] and localhost only'
  if (uri.includes('#')) return 'must not have a fragment: remove the # and what follows it'
  if (url.username || url.password || /^[^/]*\/\/[^/?]*@/.test(uri))
    return 'must not name a user: remove what stands before the @'
  if (uri.includes('*')) return 'must not have wildcards: register each URI by itself'
  // A library that parses and writes it again then still sends the same bytes.
  if (url.href !== uri) return `must be written in its canonical form: ${url.href}`
  return uri.length > 2000 ? 'is longer than 2000 characters' : null
}

/**
 * The address that takes an answer to the client: the redirect URI with the parameters appended to the query it may have
 * (RFC 6749 §4.1.2). `iss` is on every answer (RFC 9207 §2).
 */
export const authorizationResponse = (
  redirect_uri: string,
  params: { iss: string; code?: string; state?: string; error?: string; error_description?: string },
): string => withQuery(redirect_uri, params)

/** Where a browser goes after a logout (OpenID Connect RP-Initiated Logout §3). */
export const logoutResponse = (post_logout_redirect_uri: string, state: string | undefined): string =>
  withQuery(post_logout_redirect_uri, { state })

function withQuery(uri: string, params: Record<string, string | undefined>): string {
  const answer = new URLSearchParams(
    Object.entries(params).filter((param): param is [string, string] => param[1] !== undefined),
  ).toString()
  if (answer === '') return uri
  const joint = !uri.includes('?') ? '?' : /[?&]$/.test(uri) ? '' : '&'
  return `${uri}${joint}${answer}`
}
