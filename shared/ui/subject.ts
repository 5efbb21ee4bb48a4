/**
 * What the approval card names first: the address that will be signed in, or the application where there is none.
 * Reads only the frozen request; judges nothing beyond what is unusual about it.
 */
import type { Claim } from '../protocol/messages.ts'
import { siteName } from './site-name.ts'

export interface Subject {
  /** The largest text on the card. */
  title: string
  /** Whether `title` is an address, rather than the name of an app or a device. */
  is_site: boolean
  /** The host of the page where the code was shown, when that is not the site itself. */
  through: string | null
  foreign_letters: boolean
  insecure: boolean
}

export function subjectOf(request: Claim['request']): Subject {
  const { client, origin } = request
  const own = origin !== null && client.origins.includes(origin)
  const address = own ? origin : origin !== null ? client.origins[0] : undefined
  const through = own || origin === null ? null : siteName(origin).text
  if (address === undefined) {
    return { title: client.name, is_site: false, through, foreign_letters: false, insecure: false }
  }
  const { text, ...unusual } = siteName(address)
  return { title: text, is_site: true, through, ...unusual }
}
