/** A day as the reader's language writes it. */

/** `at`: epoch seconds. */
export const day = (at: number): string =>
  new Date(at * 1000).toLocaleDateString(document.documentElement.lang || undefined, { dateStyle: 'medium' })
