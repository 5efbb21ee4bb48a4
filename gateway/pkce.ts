/** Proof Key for Code Exchange (RFC 7636), S256 only: what a challenge and a verifier look like, and whether they fit. */
import { hash, sameHash } from './secrets.ts'

/** BASE64URL of 32 bytes without padding (RFC 7636 §4.2). */
export const isCodeChallenge = (text: string): boolean => /^[\w-]{43}$/.test(text)

/** 43 to 128 unreserved characters (RFC 7636 §4.1). */
const CODE_VERIFIER = /^[\w.~-]{43,128}$/

/** Whether the verifier is well-formed and its S256 is the challenge (RFC 7636 §4.6). */
export const verifierFits = (code_verifier: string, code_challenge: string): boolean =>
  CODE_VERIFIER.test(code_verifier) && sameHash(hash(code_verifier), code_challenge)
