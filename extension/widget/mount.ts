/** What a site says about the code on its page: the place that it set aside, and that it shows the code itself. */

/** The element that the site set aside; null also when its selector is not one. */
export function findMount(selector: string | undefined): Element | null {
  if (selector === undefined) return null
  try {
    return document.querySelector(selector)
  } catch {
    return null
  }
}

/** Whether the site shows the code itself, with `<nod-login>`: a second one beside it would be one too many. */
export const siteShowsCode = (): boolean => document.querySelector('nod-login') !== null
