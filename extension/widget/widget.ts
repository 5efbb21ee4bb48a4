/**
 * The content script of a site that was switched on. Asks the background whether this very page is a login page, and
 * only then shows anything. A view: it decides nothing, fetches nothing and holds nothing worth stealing.
 */
import type { PanelStatus } from '../../shared/client/page-session.ts'
import type { QrDrawing } from '../../shared/ui/qr-matrix.ts'
import type { ToWidget } from '../messages.ts'
import { connect } from './connection.ts'
import { type Host, placeHost } from './host.ts'
import { siteShowsCode } from './mount.ts'
import { createPatience, isWornOut, type Patience } from './patience.ts'
import { clear, draw } from './view.tsx'

const WAITING: ReadonlySet<PanelStatus['kind']> = new Set(['starting', 'scan', 'released', 'claimed'])

/** Milliseconds. A visit begins a sign-in, so a router that races through its addresses is followed at a walk. */
const VISIT_PAUSE_MS = 300

/** Milliseconds. A code that is there by then is all that is shown: to draw the waiting for it costs the page as much again. */
const STARTING_MS = 300

interface Visit {
  /** Whether this address was none where a code belongs. */
  isOver(): boolean
  /** The same path has another query now, which may be another page. */
  moved(): void
}

/** One visit to one address of this page, until the page goes away or its router moves on. */
function visit(patience: { now: Patience }, signal: AbortSignal): Visit {
  let host: Host | null = null
  let site = ''
  let status: PanelStatus = { kind: 'starting' }
  let drawing: QrDrawing | undefined
  /** What the person said last, here or when they were here before; null where they never did. */
  let folded: boolean | null = null
  let expelled = isWornOut(patience.now)
  let starting: ReturnType<typeof setTimeout> | undefined
  const over = new AbortController()
  const showing = new AbortController()
  over.signal.addEventListener('abort', () => showing.abort())
  signal.addEventListener('abort', () => over.abort())
  showing.signal.addEventListener('abort', () => host && clear(host.frame))
  if (expelled) showing.abort()

  const redraw = (): void => {
    clearTimeout(starting)
    if (!host || showing.signal.aborted) return
    const small = folded ?? host.covers()
    draw(host.frame, { site, status, drawing, folded: small }, { onAgain, onFold })
    host.drawn(small)
  }
  const onAgain = (): void => line.send({ type: 'again' })
  const fold = (next: boolean): void => {
    folded = next
    redraw()
    // Nobody waits for a code that nobody sees to be renewed.
    if (!next && status.kind === 'expired') onAgain()
  }
  const onFold = (next: boolean): void => {
    line.send({ type: 'fold', folded: next })
    fold(next)
    // What was pressed is gone; who got there by keyboard goes on from what took its place.
    host?.frame.querySelector('button')?.focus({ preventScroll: true })
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
        folded ??= message.folded || null
        if (expelled) line.send({ type: 'expelled' })
        else if (!showing.signal.aborted) {
          const { mount } = message
          host ??= placeHost({ mount, patience, onCovers: redraw, onExpelled, onNotNeeded }, showing.signal)
        }
        break
      case 'status':
        status = message.status
        drawing = message.drawing
        if (status.kind !== 'starting' || host?.frame.firstElementChild) redraw()
        else starting = setTimeout(redraw, STARTING_MS)
        break
      case 'unfold':
        fold(false)
        break
    }
  }
  const isWaiting = (): boolean => expelled || WAITING.has(status.kind)
  if (siteShowsCode()) over.abort()
  const line = connect({ onMessage, onLost: () => over.abort(), isWaiting }, over.signal)
  return { isOver: () => over.signal.aborted, moved: () => line.send({ type: 'moved' }) }
}

/** A visit for each address the page's own router goes to; none while it is set aside, prerendered or never looked at. */
function follow(signal: AbortSignal): void {
  const patience = { now: createPatience() }
  let here: Visit | null = null
  let leave: AbortController | null = null
  let [path, query] = ['', '']
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = Number.NEGATIVE_INFINITY
  const away = (): void => {
    clearTimeout(timer)
    leave?.abort()
    leave = null
  }
  const look = (): void => {
    if (document.visibilityState !== 'visible') return
    const { pathname, search } = location
    if (leave && path === pathname) {
      if (query === search) return
      query = search
      if (here && !here.isOver()) {
        here.moved()
        return
      }
    }
    away()
    const wait = last + VISIT_PAUSE_MS - performance.now()
    if (wait > 0) {
      timer = setTimeout(look, wait)
      return
    }
    last = performance.now()
    leave = new AbortController()
    path = pathname
    query = search
    here = visit(patience, leave.signal)
  }
  document.addEventListener('visibilitychange', look, { signal })
  addEventListener('pagehide', away, { signal })
  addEventListener('pageshow', look, { signal })
  addEventListener('popstate', look, { signal })
  const { navigation } = globalThis as { navigation?: EventTarget }
  if (navigation) navigation.addEventListener('currententrychange', look, { signal })
  else lookWithEachChange(look, signal)
  signal.addEventListener('abort', away)
  look()
}

/** For browsers that do not tell when a router changes the address: it changes the page with it. */
function lookWithEachChange(look: () => void, signal: AbortSignal): void {
  const watcher = new MutationObserver(look)
  watcher.observe(document, { childList: true, subtree: true })
  signal.addEventListener('abort', () => watcher.disconnect())
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
