/**
 * The door to the browser's extension API for content scripts, which use little of it, and only what is alike in all browsers:
 * the polyfill would cost each page that they run in more than everything else they bring.
 */
import type { browser as Polyfill } from './browser.ts'

type PageBrowser = {
  runtime: Pick<typeof Polyfill.runtime, 'id' | 'connect'>
  i18n: Pick<typeof Polyfill.i18n, 'getMessage'>
}

const own = globalThis as unknown as { browser?: PageBrowser; chrome: PageBrowser }

/** Chrome has `chrome` alone, or both; Firefox's own is `browser`. */
export const browser: PageBrowser = own.browser ?? own.chrome
