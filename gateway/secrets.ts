/** Random values, hashes and derived values: every secret of the gateway is made here and nowhere else. */
import { createHmac, createSecretKey, randomFillSync, randomInt, hash as sha, timingSafeEqual } from 'node:crypto'
import { USER_CODE_ALPHABET } from '../shared/protocol/ticket.ts'

/** Bytes that are drawn at once: each trip to OpenSSL's generator costs more than many bytes do. */
const POOL = 4096
const pool = Buffer.alloc(POOL)
let used = POOL

/** `size` random bytes, base64url. What was given is gone from the pool. */
function randomText(size: number): string {
  if (used + size > POOL) {
    randomFillSync(pool)
    used = 0
  }
  const text = pool.toString('base64url', used, used + size)
  pool.fill(0, used, used + size)
  used += size
  return text
}

/** 128 bit, base64url: public identifiers. */
export const randomId = (): string => randomText(16)

/** 256 bit, base64url: whoever holds it is somebody. */
export const randomSecret = (): string => randomText(32)

/** Two digits, made after the claim and sent on the page's channel only. */
export const randomMatchNumber = (): string => String(randomInt(100)).padStart(2, '0')

/** Eight letters, 34 bits: only with a rate limit in front of it (RFC 8628 §5.1). */
export const randomUserCode = (): string =>
  Array.from({ length: 8 }, () => USER_CODE_ALPHABET[randomInt(USER_CODE_ALPHABET.length)]).join('')

/** How a high-entropy secret is stored: base64url SHA-256. */
export const hash = (secret: string): string => sha('sha256', secret, 'base64url')

export type Derive = (
  purpose: 'ticket' | 'code' | 'user_code' | 'device_token' | 'phrase' | 'diagnosis',
  id: string,
) => string

/**
 * Values that must be given again after a crash without being stored: HMAC under the database's secret. The epoch is
 * part of it, so a restored backup voids them all.
 */
export function deriver(secret: string, epoch: string): Derive {
  const key = createSecretKey(secret, 'base64url')
  return (purpose, id) => createHmac('sha256', key).update(`${purpose}\n${epoch}\n${id}`).digest('base64url')
}

/** As `deriveTicket`, by Node's own HMAC: what a claim costs should not be a trip to another thread. */
export const ticketOf = (ticket_key: string, session_id: string, slot: number): string =>
  createHmac('sha256', Buffer.from(ticket_key, 'base64url'))
    .update(`${session_id}${slot}`)
    .digest()
    .toString('base64url', 0, 16)

/** Compares two hashes of equal length without telling by its duration where they differ. */
export const sameHash = (a: string, b: string): boolean => {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
