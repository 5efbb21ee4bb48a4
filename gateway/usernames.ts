/**
 * User names: which ones there can be, and which are the same to a person's eye. After PRECIS UsernameCaseMapped
 * (RFC 8265 §3.3) and the mixed-script rule of UTS #39 (§5.2, highly restrictive). Pure; knows no account.
 */

/** Characters, counted after normalisation. */
const MOST_CHARACTERS = 64

/** RFC 8264 §4.2: letters, marks, digits and printable ASCII; no blanks, no controls, nothing that cannot be seen. */
const ALLOWED = /^[\p{L}\p{M}\p{Nd}\x21-\x7e]+$/u

/** What hides, and marks of no script of their own that composition has left over: they pile up on letters. */
const UNSEEN_OR_LOOSE = /[\p{Default_Ignorable_Code_Point}\p{Script=Inherited}]/u

/** Scripts in everyday use (UAX #31 table 5); those in one entry are written together. */
const SCRIPTS = [
  ...['Cyrillic', 'Greek', 'Armenian', 'Georgian', 'Hebrew', 'Arabic', 'Ethiopic', 'Tibetan', 'Thaana'],
  ...['Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala'],
  ...['Thai', 'Lao', 'Myanmar', 'Khmer'],
  ...['Latin Han Hiragana Katakana', 'Latin Han Bopomofo', 'Latin Han Hangul'],
].map((together) => {
  const classes = together.split(' ').map((script) => `\\p{Script_Extensions=${script}}`)
  return new RegExp(`^[${classes.join('')}\\p{Script=Common}]+$`, 'u')
})

/** Lower-case letters of other scripts that are drawn as a Latin one. */
const TWINS: Readonly<Record<string, string>> = {
  ...{
    а: 'a',
    е: 'e',
    о: 'o',
    р: 'p',
    с: 'c',
    у: 'y',
    х: 'x',
    і: 'i',
    ј: 'j',
    ѕ: 's',
    һ: 'h',
    ԁ: 'd',
    ԛ: 'q',
    ԝ: 'w',
    ӏ: 'l',
  },
  ...{ α: 'a', ι: 'i', κ: 'k', ν: 'v', ο: 'o', ρ: 'p', υ: 'u', օ: 'o', ո: 'n', ս: 'u', հ: 'h' },
}

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
  const latin = [...folded].map((letter) => TWINS[letter] ?? letter).join('')
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
  if (!SCRIPTS.some((script) => script.test(username))) {
    return { ok: false, problem: 'is written in one script' }
  }
  return { ok: true, username, username_key: usernameKey(username) }
}
