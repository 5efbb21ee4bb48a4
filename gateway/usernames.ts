/**
 * User names: which ones there can be, and which are the same to a person's eye. After PRECIS UsernameCaseMapped
 * (RFC 8265 §3.3) and the mixed-script rule of UTS #39 (§5.2, highly restrictive). Pure; knows no account.
 */
import { asLatin, isOneScript } from '../shared/protocol/letters.ts'

/** Characters, counted after normalisation. */
const MOST_CHARACTERS = 64

/** RFC 8264 §4.2: letters, marks, digits and printable ASCII; no blanks, no controls, nothing that cannot be seen. */
const ALLOWED = /^[\p{L}\p{M}\p{Nd}\x21-\x7e]+$/u

/** What hides, and marks of no script of their own that composition has left over: they pile up on letters. */
const UNSEEN_OR_LOOSE = /[\p{Default_Ignorable_Code_Point}\p{Script=Inherited}]/u

/**
 * What two names are compared by: width, case, compatibility forms and dots of the i do not matter, and a name written
 * wholly in twins of Latin letters is the Latin name. Any text has a key; only a name that may exist can be found by it.
 */
export function usernameKey(typed: string): string {
  const folded = typed
    .trim()
    .normalize('NFKC')
    .toLowerCase()
    // There and back again folds what lower case alone leaves apart: ı and i, ß and ss, ς and σ.
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC')
    .replaceAll('i\u0307', 'i')
  const latin = asLatin(folded)
  return /^[\x21-\x7e]+$/.test(latin) ? latin : folded
}

export type CheckedUsername = { ok: true; username: string; username_key: string } | { ok: false; problem: string }

/** Whether an account may have this name, and the name as it is kept. `problem` ends the sentence "a user name …". */
export function checkUsername(typed: string): CheckedUsername {
  const username = typed.normalize('NFKC')
  const characters = [...username].length
  if (characters < 1 || characters > MOST_CHARACTERS) {
    return { ok: false, problem: `has 1 to ${MOST_CHARACTERS} characters` }
  }
  if (!ALLOWED.test(username) || UNSEEN_OR_LOOSE.test(username)) {
    return {
      ok: false,
      problem: 'is of letters, digits and ASCII punctuation, without blanks and invisible characters',
    }
  }
  if (!isOneScript(username)) {
    return { ok: false, problem: 'is written in one script' }
  }
  return { ok: true, username, username_key: usernameKey(username) }
}
