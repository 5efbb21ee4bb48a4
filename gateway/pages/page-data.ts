/** What the gateway wrote into the page for its script, and the part of the address that it never sees. Asks nobody. */
import * as v from 'valibot'

export const PageData = v.object({ issuer: v.string() })

/** Throws where the shell and this script do not belong together, which is a fault of the build. */
export function readPageData<T>(schema: v.GenericSchema<unknown, T>): T {
  return v.parse(schema, JSON.parse(document.getElementById('nod-data')?.textContent ?? 'null'))
}

/**
 * The text behind `#`, once: it goes out of the address bar, and with it out of the history and of what is shared or
 * photographed later. Empty where there was none.
 */
export function takeFragment(): string {
  const fragment = decodeURIComponentOrNothing(location.hash.slice(1))
  if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search)
  return fragment
}

/** Scanning again leads to the same page with another fragment, and browsers do not load it anew for that. */
export function onNewFragment(take: (fragment: string) => void): () => void {
  const changed = () => {
    const fragment = takeFragment()
    if (fragment !== '') take(fragment)
  }
  addEventListener('hashchange', changed)
  return () => removeEventListener('hashchange', changed)
}

function decodeURIComponentOrNothing(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
