/** Web origins as they are registered, and where on them a login page may be. Pure: exact strings, no matching cleverness. */
import { webUriFault } from './redirect-uris.ts'

/** What is wrong with an origin that is to be registered, with the mend; null when nothing is. */
export function originFault(origin: string): string | null {
  const url = URL.parse(origin)
  if (!url) return 'is not an origin: write it like https://shop.example'
  const fault = webUriFault(`${url.origin}/`)
  if (fault) return fault
  return url.origin === origin ? null : `must be an origin and nothing more: ${url.origin}`
}

/** What is wrong with the pattern of a login page's address: it may only narrow down one of the client's origins. */
export function loginMatchFault(pattern: string, origins: readonly string[]): string | null {
  if (!origins.some((origin) => pattern.startsWith(`${origin}/`)))
    return 'must be one of the --origin values, a slash and a path, such as https://shop.example/login*'
  return /[\s#]/.test(pattern) ? 'must not have blanks or a fragment' : null
}

/** Where login pages may be while nobody said: anywhere on the client's origins. */
export const everywhereOn = (origins: readonly string[]): string[] => origins.map((origin) => `${origin}/*`)
