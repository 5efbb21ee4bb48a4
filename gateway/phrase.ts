/**
 * The phrase that a person compares before an extension is linked: shown by the extension and by the gateway's page, it
 * says that both speak of the same link and the same key. No secret. Pure.
 */
import type { PublicJwk } from '../shared/protocol/messages.ts'
import { hash } from './secrets.ts'

/** Sixteen and four letters that are hard to mishear: a consonant carries four bits, a vowel two. */
const CONSONANTS = 'bdfghjklmnprstvz'
const VOWELS = 'aiou'

/** Words of five letters, 16 bits each: 32 bits against somebody who would have to guess what the other side shows. */
const WORDS = 2

/** RFC 7638: the key's members in lexical order, nothing between them. */
const thumbprint = ({ crv, kty, x, y }: PublicJwk): string => hash(JSON.stringify({ crv, kty, x, y }))

/** Such as `lusab-hidog`: the first bits of SHA-256 over the link's id and the thumbprint of the key to be linked. */
export function phraseOf(link_id: string, public_key: PublicJwk): string {
  const digest = Buffer.from(hash(`${link_id}.${thumbprint(public_key)}`), 'base64url')
  return Array.from({ length: WORDS }, (_, word) => spell(digest.readUInt16BE(word * 2))).join('-')
}

/** Sixteen bits as consonant, vowel, consonant, vowel, consonant, the highest bits first. */
function spell(bits: number): string {
  const consonant = (shift: number) => CONSONANTS[(bits >> shift) & 0b1111]
  const vowel = (shift: number) => VOWELS[(bits >> shift) & 0b11]
  return [consonant(12), vowel(10), consonant(6), vowel(4), consonant(0)].join('')
}
