/**
 * The content script of a site that was switched on. Asks the background whether this very page is a login page, and
 * only then shows anything. A view: it decides nothing, fetches nothing and holds nothing worth stealing.
 */
import type { PanelStatus } from '../../shared/client/page-session.ts'
import type { ToWidget } from '../messages.ts'
import { connect } from './connection.ts'
import { createPatience, type Host, type Patience, placeHost } from './host.ts'
import { siteShowsCode } from './place.ts'
import { clear, draw } from './view.tsx'

const WAITING: ReadonlySet<PanelStatus['kind']> = new Set(['starting', 'scan', 'released', 'claimed'])

/** Milliseconds. A visit begins a sign-in, so a router that races through its addresses is followed at a walk. */
const VISIT_PAUSE_MS = 300

/** One visit to one address of this page, until the page goes away or its router moves on. */
function visit(patience: Patience, signal: AbortSignal): void {
  if (siteShowsCode()) return
  let host: Host | null = null
  let site = ''
  let status: PanelStatus = { kind: 'starting' }
  let folded: boolean | null = null
  let expelled = patience.left < 0
  const over = new AbortController()
  const showing = new AbortController()
  over.signal.addEventListener('abort', () => showing.abort())
  signal.addEventListener('abort', () => over.abort())
  showing.signal.addEventListener('abort', () => host && clear(host.root))
  if (expelled) showing.abort()

  const redraw = (): void => {
    if (!host) return
    folded ??= host.covers()
    draw(host.root, { site, status, folded }, { onAgain: () => line.send({ type: 'again' }), onFold: fold })
  }
  const fold = (next: boolean): void => {
    folded = next
    redraw()
  }
  const onExpelled = (): void => {
    expelled = true
    showing.abort()
    line.send({ type: 'expelled' })
  }

  const onNotNeeded = (): void => over.abort()

  const onMessage = (message: ToWidget): void => {
    switch (message.type) {
      case 'not_here':
        over.abort()
        break
      case 'site':
        site = message.name
        if (!showing.signal.aborted)
          host ??= placeHost({ mount: message.mount, patience, onExpelled, onNotNeeded }, showing.signal)
        else if (expelled) line.send({ type: 'expelled' })
        break
      case 'status':
        status = message.status
        break
    }
    if (!showing.signal.aborted) redraw()
  }
  const isWaiting = (): boolean => expelled || WAITING.has(status.kind)
  const line = connect({ onMessage, onLost: () => over.abort(), isWaiting }, over.signal)
}

/** A visit for each address the page's own router goes to; none while it is set aside, prerendered or never looked at. */
function follow(signal: AbortSignal): void {
  const patience = createPatience()
  let leave: AbortController | null = null
  let path = ''
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = Number.NEGATIVE_INFINITY
  const away = (): void => {
    clearTimeout(timer)
    leave?.abort()
    leave = null
  }
  const look = (): void => {
    if (document.visibilityState !== 'visible' || (leave && path === location.pathname)) return
    away()
    const wait = last + VISIT_PAUSE_MS - performance.now()
    if (wait > 0) {
      timer = setTimeout(look, wait)
      return
    }
    last = performance.now()
    leave = new AbortController()
    path = location.pathname
    visit(patience, leave.signal)
  }
  document.addEventListener('visibilitychange', look, { signal })
  addEventListener('pagehide', away, { signal })
  addEventListener('pageshow', look, { signal })
  addEventListener('popstate', look, { signal })
  const { navigation } = globalThis as { navigation?: EventTarget }
  navigation?.addEventListener('currententrychange', look, { signal })
  signal.addEventListener('abort', away)
  look()
}

/** In the extension's own world, where the page cannot see it: the run of this script that is in charge here. */
const IN_CHARGE = Symbol.for('nod.widget')
const world = globalThis as { [IN_CHARGE]?: AbortController }

if (window.top === window) {
  // Switching the site on runs it again in a page that is open already.
  world[IN_CHARGE]?.abort()
  world[IN_CHARGE] = new AbortController()
  follow(world[IN_CHARGE].signal)
}
