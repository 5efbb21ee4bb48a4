/**
 * Hosts that are made to be taken for others: letters of other scripts, accents, digits for letters, a known name put in
 * front. A help for people who look; what may be shown where is decided by comparing origins byte by byte, never by this.
 */
import punycode from 'punycode.js'
import { asLatin, isOneScript } from './letters.ts'

/** Pairs that a glance cannot tell apart in most fonts. */
const GLANCES = [
  ['rn', 'm'],
  ['vv', 'w'],
  ['0', 'o'],
  ['1', 'l'],
] as const

const hostOf = (origin: string): string => (URL.canParse(origin) ? new URL(origin).hostname : '')

/** The host as its owner wrote it: `xn--…` labels in their own letters. */
const lettersOf = (host: string): string => {
  try {
    return punycode.toUnicode(host)
  } catch {
    // Not everything that begins with xn-- is well formed; such a label is shown, and compared, as it is.
    return host
  }
}

/** Whether one label of its host is written in scripts that nobody writes together. */
export const mixesScripts = (origin: string): boolean =>
  lettersOf(hostOf(origin))
    .split('.')
    .some((label) => label !== '' && !isOneScript(label))

/** What is left of a host at a glance: two that have this in common look alike. */
function skeleton(host: string): string {
  const bare = asLatin(lettersOf(host).normalize('NFKC').toLowerCase().normalize('NFD').replace(/\p{M}/gu, ''))
  return GLANCES.reduce((text, [pair, letter]) => text.replaceAll(pair, letter), bare)
}

/** Whether another host than that of `known` would be taken for it by its letters. */
export function looksLike(origin: string, known: string): boolean {
  const [host, other] = [hostOf(origin), hostOf(known)]
  return host !== '' && other !== '' && host !== other && skeleton(host) === skeleton(other)
}

/** Whether a host has a known one put in front, or run together with dashes: `shop.example.evil.test`. */
function borrows(origin: string, known: string): boolean {
  const [host, other] = [hostOf(origin), hostOf(known)]
  if (!/^[^.]+\.[^.]+/.test(other) || /^[\d.]+$|^\[/.test(other) || host === other) return false
  const [shown, name] = [skeleton(host), skeleton(other)]
  return shown.startsWith(`${name}.`) || shown.startsWith(`${name}-`) || shown.startsWith(name.replaceAll('.', '-'))
}

/** The first of the known origins that a foreign one tries to look like, or null. */
export const resembled = (origin: string, known: readonly string[]): string | null =>
  known.find((one) => looksLike(origin, one)) ?? known.find((one) => borrows(origin, one)) ?? null
