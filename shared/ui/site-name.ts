/**
 * An origin as a person should read it: the host alone where the line to it is safe, with its `http:` where it is not,
 * and never characters from outside ASCII, which can look like others. Formats; decides nothing.
 */

export interface SiteName {
  text: string
  /** Has letters from outside ASCII, here in their `xn--` form. */
  foreign_letters: boolean
  /** Plain http to somewhere else than this machine. */
  insecure: boolean
}

const isLoopback = (hostname: string) => /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)

export function siteName(origin: string): SiteName {
  const url = URL.canParse(origin) ? new URL(origin) : null
  if (!url) return { text: origin, foreign_letters: false, insecure: false }
  const insecure = url.protocol !== 'https:' && !isLoopback(url.hostname)
  return {
    text: insecure ? `${url.protocol}//${url.host}` : url.host,
    foreign_letters: /(^|\.)xn--/.test(url.hostname),
    insecure,
  }
}
