/** The lasting connections to the background: who may open which, and how they are kept alive. No schemas: a page runs it. */

/** The extension's own pages, and `widget` for our content script in a tab's top document, whichever page that is. */
export type Role = 'popup' | 'scan' | 'options' | 'welcome' | 'widget'

/**
 * A login page's widget; an open popup, scan or options page, which only says that somebody is looking; a gateway's page
 * whose code is to be taken over.
 */
export const PORTS = {
  page: ['widget'],
  view: ['popup', 'scan', 'options', 'welcome'],
  takeover: ['widget'],
} as const satisfies Record<string, readonly Role[]>
export type PortName = keyof typeof PORTS

/** Seconds. Chrome ends a worker that heard nothing for 30; a message on a port counts. */
export const PING_SECONDS = 20

/** More codes in one picture than anybody can mean. */
export const MOST_CODES = 8
