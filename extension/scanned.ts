/**
 * What a read, pasted or typed text means: the one code of ours in it, or what it is instead, in terms that a person
 * knows. Pure. Who may be signed in by it, the gateway says.
 */
import { normalizeUserCode, parseScanned, type ScannedLink } from '../shared/protocol/ticket.ts'
import { originOf, withScheme } from './origins.ts'
import { Refusal } from './problem.ts'

/** Kinds of other codes that people meet, some of them on sign-in pages too. */
const KINDS: readonly [RegExp, string][] = [
  [/^fido:\//i, 'passkey'],
  [/^otpauth(-migration)?:/i, 'authenticator'],
  [/^wifi:/i, 'wifi'],
  [/^(begin:vcard|mecard:)/i, 'contact'],
  [/^https?:\/\//i, 'link'],
]

/** `not_a_nod_code`, with what it is: `holds` names a kind, and a link has its `origin`. */
function notOurs(text: string): Refusal {
  const holds = KINDS.find(([form]) => form.test(text.trim()))?.[1] ?? 'other'
  const origin = holds === 'link' ? originOf(text.trim()) : null
  return new Refusal({ code: 'not_a_nod_code', values: { holds, ...(origin !== null && { origin }) } })
}

/** The one code of ours among those of a picture. Throws a Refusal: `none` where there is no code at all. */
export function oneOf(texts: readonly string[], none: string): ScannedLink {
  const links = texts.map(parseScanned).filter((link) => link !== null)
  const [link, second] = links
  if (second) throw new Refusal({ code: 'two_codes' })
  if (link) return link
  throw texts[0] === undefined ? new Refusal({ code: none }) : notOurs(texts[0])
}

/** Whether a text is meant as an address and not as the letters of a code. */
export const looksLikeLink = (text: string): boolean => /[/:#.]/.test(text)

/** Letters, or a link with or without its `https://`. Throws a Refusal. Letters belong to the gateway `issuer`. */
export function entered(text: string, issuer: string): ScannedLink {
  const typed = text.trim()
  if (!looksLikeLink(typed)) {
    const user_code = normalizeUserCode(typed)
    if (user_code === null) throw new Refusal({ code: 'session_not_found' })
    return { kind: 'user_code', issuer, user_code }
  }
  const link = parseScanned(withScheme(typed))
  if (!link) throw new Refusal({ code: 'not_a_nod_link' })
  return link
}
