/**
 * Which registered value comes nearest to one that matches none, and in what the two differ, for the developer who mistyped
 * it. Pure; decides nothing.
 */

/** Values named in one hint. */
const MOST_NAMED = 3

/** The registered values, the most similar first. */
const nearest = (asked: string, registered: readonly string[]): string[] =>
  registered
    .map((value) => ({ value, distance: distance(asked, value) }))
    .sort((a, b) => a.distance - b.distance)
    .map(({ value }) => value)

/** One sentence with the registered values that come nearest; it never repeats what was asked. */
export function nearestHint(member: string, asked: string, registered: readonly string[]): string {
  const [first, ...rest] = nearest(asked, registered)
  if (first === undefined) return `This client has no registered ${member}.`
  const others = rest.slice(0, MOST_NAMED - 1)
  const more = others.length > 0 ? `; also registered: ${others.join(', ')}` : ''
  return `The ${member} is not registered. The nearest that is: ${first} (${difference(asked, first)})${more}.`
}

/** In what two URIs or origins differ, in a developer's words: `another port`. */
function difference(asked: string, registered: string): string {
  if (asked.trim() === registered) return 'without the blanks around it'
  if (asked.toLowerCase() === registered.toLowerCase()) return 'in other letter case'
  if (`${asked}/` === registered || asked === `${registered}/`) return 'the slash at the end differs'
  const [a, b] = [URL.parse(asked), URL.parse(registered)]
  if (!a || !b) return 'what was sent is no absolute URI'
  const parts: [string, keyof URL][] = [
    ['another scheme', 'protocol'],
    ['another host', 'hostname'],
    ['another port', 'port'],
    ['another path', 'pathname'],
    ['another query', 'search'],
    ['another fragment', 'hash'],
  ]
  const differing = parts.filter(([, part]) => a[part] !== b[part]).map(([words]) => words)
  return differing.length > 0 ? differing.join(' and ') : 'the same address in another spelling'
}

/** Edits from one text to the other (Levenshtein); both are short, and shortened where they are not. */
function distance(from: string, to: string): number {
  const [a, b] = [from.slice(0, 300), to.slice(0, 300)]
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}
