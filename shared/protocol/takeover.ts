/**
 * How the gateway's page for a scanned code learns that this browser's extension takes the request over: by an attribute
 * of its root element, written by the extension's own script there. It says how far that is, and nothing of the request.
 */
export const TAKEOVER = 'data-nod-takeover'

/** `over`: the request that was taken is no longer open. Without any of these, the page goes on by itself. */
export type Takeover = 'taking' | 'taken' | 'over'

/** On a button: a person's press on it brings the extension's window to the front. */
export const TAKEOVER_OPEN = 'data-nod-open'
