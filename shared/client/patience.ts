/**
 * Every time that a watch lives by. README.md beside this file lists them, and a test keeps the two the same; when which
 * of them matters is said there.
 */

/** Until a socket must have brought a first view; then held requests take over. */
export const FIRST_VIEW_MS = 4000

/** Silence of a socket that makes it doubtful: the gateway's beat comes every 25 s. */
export const SILENCE_MS = 30_000

/** For the plain read that then says whether the gateway is there at all. */
export const CHECK_MS = 5000

/** After `offline`, until the second look: a browser may say it while the network still goes. */
export const LOOK_AGAIN_MS = 2000

/** A socket that was cut sooner than this, twice running, is cut by something in between that will do it again. */
export const SHORT_LIFE_MS = 25_000

/** How long a socket that did not work is left alone, doubled each time; held requests go on meanwhile. */
export const SOCKET_REST_MS = { least: 30_000, most: 300_000 }

/** How long the gateway may hold a request: below the 30 s at which many proxies give up. Lowered by each cut. */
export const HOLD_MS = { least: 2000, most: 25_000 }

/** The part of what a cut request had lasted that the next one is held for. */
export const HOLD_AFTER_CUT = 0.8

/** How much longer than its hold a request may take. */
export const MARGIN_MS = 8000

/** An answer without news, or a cut, that comes faster was not held: a third waiter, or a gateway that stops. */
export const HELD_AT_LEAST_MS = 1000

/** Pauses after a line broke, doubled each time up to the most, each drawn at random: nobody comes back all at once. */
export const RETRY_MS = { least: 500, most: 4000 }

/** A gateway may ask for more patience than that by `Retry-After`, but not for more than this. */
export const LONGEST_RETRY_AFTER_MS = 60_000

/** How often the two clocks are compared, and how far the wall clock must have run ahead to have been asleep. */
export const SLEEP_MS = { look: 5000, ahead: 5000 }
