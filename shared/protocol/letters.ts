/**
 * Letters as the eye sees them: which scripts are written together (UTS #39 §5.2, highly restrictive), and which letters
 * of other scripts are drawn as Latin ones. Pure; imports nothing.
 */

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

/** Whether a text is written in one script, or in several that belong together. */
export const isOneScript = (text: string): boolean => SCRIPTS.some((script) => script.test(text))

/** A text in lower case with the twins of Latin letters replaced by these. */
export const asLatin = (text: string): string => [...text].map((letter) => TWINS[letter] ?? letter).join('')
