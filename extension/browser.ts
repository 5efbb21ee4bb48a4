/**
 * The one door to the browser's extension API, and the one import of webextension-polyfill. Nothing that a test should
 * reach without a browser may import this file: the polyfill throws outside an extension.
 */
import browser from 'webextension-polyfill'

export type { Runtime } from 'webextension-polyfill'
export { browser }
