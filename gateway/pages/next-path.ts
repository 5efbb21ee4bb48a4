/** Where to go after a sign-in: a path of this origin, or nowhere. The one guard against being used to redirect. */

/** The `next` of a query, or null where it is missing or could lead anywhere else. */
export function nextPath(query: string, origin: string): string | null {
  const next = new URLSearchParams(query).get('next')
  // Browsers read a backslash as a slash and drop tabs and line ends, so none of those gets that far.
  if (next === null || !/^\/(?!\/)[\x21-\x5b\x5d-\x7e]*$/.test(next)) return null
  const url = new URL(next, origin)
  // Without its dots `/.//host` is `//host`, which is another origin the next time that it is read.
  if (url.origin !== origin || url.pathname.startsWith('//')) return null
  return url.pathname + url.search + url.hash
}
