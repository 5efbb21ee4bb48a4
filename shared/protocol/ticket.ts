/**
 * The rotating ticket inside the QR code and the link that carries it. The page derives each ticket from `ticket_key`,
 * so rotation costs the gateway nothing. Claims nothing and knows no network.
 */

/** Seconds for which the previous slot's ticket is still taken, so that a scan across the turn does not fail. */
const TICKET_GRACE_SECONDS = 10

/** The alphabet of typed codes: no vowels, so no words, and nothing that looks like something else (RFC 8628 §6.1). */
export const USER_CODE_ALPHABET = 'BCDFGHJKLMNPQRSTVWXZ'

const bytes = new TextEncoder()

/** Which ticket is current: whole periods since the session was made. `now` and `created_at` in epoch seconds. */
export const ticketSlot = (now: number, created_at: number, ticket_period: number): number =>
  Math.max(0, Math.floor((now - created_at) / ticket_period))

/** The slots whose tickets are taken at `now`: the current one and, within its grace, the one before. */
export function acceptedSlots(now: number, created_at: number, ticket_period: number): number[] {
  const slot = ticketSlot(now, created_at, ticket_period)
  const in_grace = slot > 0 && (now - created_at) % ticket_period < TICKET_GRACE_SECONDS
  return in_grace ? [slot, slot - 1] : [slot]
}

/** `base64url(HMAC-SHA256(key, session_id || slot)[0..16])`; `ticket_key` is base64url. */
export async function deriveTicket(ticket_key: string, session_id: string, slot: number): Promise<string> {
  const key = await crypto.subtle.importKey(
    'raw',
    fromBase64url(ticket_key),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  )
  const mac = await crypto.subtle.sign('HMAC', key, bytes.encode(`${session_id}${slot}`))
  return toBase64url(new Uint8Array(mac, 0, 16))
}

/** What the QR code says. The part behind `#` reaches no server log, Referer or link preview. */
export const qrLink = (issuer: string, session_id: string, ticket: string): string =>
  `${issuer}/q#${session_id}.${ticket}`

export type ScannedLink =
  | { kind: 'ticket'; issuer: string; ticket: string }
  | { kind: 'user_code'; issuer: string; user_code: string }

/** Reads a scanned text; null when it is no Nod link. The issuer is what the text says, not yet one to be trusted. */
export function parseScanned(text: string): ScannedLink | null {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.search || url.username || url.password)
    return null
  const fragment = url.hash.slice(1)
  if (url.pathname.endsWith('/q') && TICKET.test(fragment)) {
    return { kind: 'ticket', issuer: url.origin + url.pathname.slice(0, -2), ticket: fragment }
  }
  if (url.pathname.endsWith('/code')) {
    const user_code = normalizeUserCode(fragment)
    if (user_code) return { kind: 'user_code', issuer: url.origin + url.pathname.slice(0, -5), user_code }
  }
  return null
}

/** `{session_id}.{ticket}`: both base64url of 128 bits. */
export const TICKET = /^[\w-]{22}\.[\w-]{22}$/

/** Eight letters without dash, or null when it cannot be a code. Case, blanks and dashes do not matter. */
export function normalizeUserCode(typed: string): string | null {
  const letters = typed.toUpperCase().replace(/[\s\-‐-―]/g, '')
  return letters.length === 8 && [...letters].every((letter) => USER_CODE_ALPHABET.includes(letter)) ? letters : null
}

/** As people see it: `WDJB-MJHT`. */
export const formatUserCode = (user_code: string): string => `${user_code.slice(0, 4)}-${user_code.slice(4)}`

export const toBase64url = (data: Uint8Array): string =>
  btoa(String.fromCharCode(...data))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

/** Throws a DOMException on what is not base64url. */
export const fromBase64url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))
