/**
 * What a browser does to a page, or to a worker, that follows something: sets it aside and brings it back, takes its
 * network away, lets the machine sleep. Tells when a line is to be looked at now, and for how long there is to be none.
 */
import { LOOK_AGAIN_MS, SLEEP_MS } from './patience.ts'

/** `shown`: what is known may be old. `moved`: the line itself may be another one by now. */
export type Look = 'shown' | 'moved'

export interface PageLife {
  /** Aborts when the page is set aside; another one for each time it runs. */
  running(): AbortSignal
  /** Resolves when the page runs: at once, unless it is set aside. */
  back(): Promise<void>
  /** Calls back at each reason to look, until the returned function is called. */
  onLook(look: (why: Look) => void): () => void
}

export function pageLife(signal: AbortSignal): PageLife {
  const listeners = new Set<(why: Look) => void>()
  let aside = new AbortController()
  let back = Promise.withResolvers<void>()
  back.resolve()

  const tell = (why: Look) => {
    for (const listener of [...listeners]) listener(why)
  }
  // The socket of a page that stands still would go on answering pings, and its person would be believed to be there.
  const setAside = () => {
    if (aside.signal.aborted) return
    back = Promise.withResolvers()
    aside.abort()
  }
  const bringBack = () => {
    if (!aside.signal.aborted) return
    aside = new AbortController()
    back.resolve()
  }
  const on = (target: EventTarget | undefined, type: string, act: (event: Event) => void) =>
    target?.addEventListener?.(type, act, { signal })

  const page: EventTarget = globalThis as never
  const { document } = globalThis as { document?: Document }
  on(document, 'freeze', setAside)
  on(document, 'resume', bringBack)
  on(page, 'pagehide', (event) => (event as PageTransitionEvent).persisted && setAside())
  on(page, 'pageshow', bringBack)
  on(document, 'visibilitychange', () => document?.visibilityState === 'visible' && tell('shown'))
  let again: ReturnType<typeof setTimeout> | undefined
  on(page, 'offline', () => {
    tell('shown')
    clearTimeout(again)
    again = setTimeout(tell, LOOK_AGAIN_MS, 'shown')
  })
  on(page, 'online', () => {
    clearTimeout(again)
    tell('moved')
  })

  // Timers do not run while a machine sleeps, and the monotonic clock may stand as well; the wall clock goes on.
  const drift = () => Date.now() - performance.now()
  let before = drift()
  const comparing = setInterval(() => {
    const now = drift()
    if (now - before > SLEEP_MS.ahead) tell('moved')
    before = now
  }, SLEEP_MS.look)
  signal.addEventListener('abort', () => {
    clearInterval(comparing)
    clearTimeout(again)
    back.resolve()
  })

  return {
    running: () => aside.signal,
    back: () => back.promise,
    onLook(look) {
      listeners.add(look)
      return () => listeners.delete(look)
    },
  }
}
