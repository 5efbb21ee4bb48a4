/**
 * The widget's element in a page that is not ours: a plain host, its shadow root closed, its place kept. A page that
 * keeps removing it gets its way after a few times. Knows nothing of what is drawn inside.
 */
import theme from '../../shared/ui/panel.css'
import { findMount, siteShowsCode } from './place.ts'
import { createPosition } from './position.ts'
import css from './widget.css'

/** How often in one document; a router that moves on is no new beginning for a page that removes the widget. */
const MOST_REINSERTIONS = 5

/** Milliseconds for a page that builds itself to bring the place its site named. */
const MOUNT_PATIENCE_MS = 3000

/** Milliseconds. Each change of the page is a reason to look; a page that never stops changing is looked at now and then. */
const LOOK_PAUSE_MS = 100

/** Milliseconds. Measuring makes the browser lay the page out, so one that never stops changing is measured now and then. */
const MEASURE_PAUSE_MS = 200

/** What is left of this document's reinsertions; below zero it has had its way. */
export interface Patience {
  left: number
}

export const createPatience = (): Patience => ({ left: MOST_REINSERTIONS })

export interface Host {
  root: ShadowRoot
  /** Whether it floats where it would cover the form. */
  covers(): boolean
}

export interface HostOptions {
  mount: string | undefined
  patience: Patience
  /** The page has removed it once too often; it is not coming back. */
  onExpelled(): void
  /** The site has brought the code itself. */
  onNotNeeded(): void
}

/** Puts the host into the page and keeps it there until the signal ends it. */
export function placeHost({ mount, patience, onExpelled, onNotNeeded }: HostOptions, signal: AbortSignal): Host {
  const host = document.createElement('div')
  const root = host.attachShadow({ mode: 'closed' })
  const position = createPosition(host)
  root.adoptedStyleSheets = [sheetOf(theme), sheetOf(css), position.sheet]
  ignoreSynthetic(root, signal)
  const patient_until = performance.now() + MOUNT_PATIENCE_MS
  /** Where it was last put; null before the first time. */
  let put: Element | null = null
  let covers = false

  const float = (): void => {
    if (host.isConnected && !findMount(mount)) covers = !position.float()
  }
  const floatSoon = atMostEvery(MEASURE_PAUSE_MS, float, signal)

  function insert(place: Element | null): void {
    if (place) position.fill()
    put = place ?? document.body ?? document.documentElement
    put.append(host)
    float()
  }

  function settle(): void {
    if (siteShowsCode()) {
      onNotNeeded()
      return
    }
    const place = findMount(mount)
    const in_place = host.isConnected && host.parentElement === (place ?? put)
    if (in_place) {
      floatSoon()
      return
    }
    const waiting = !place && mount !== undefined && put === null && performance.now() < patient_until
    if (waiting) return
    const taken_away = put !== null && (!host.isConnected || host.parentElement !== put)
    if (taken_away && --patience.left < 0) {
      watcher.disconnect()
      onExpelled()
      return
    }
    insert(place)
  }

  const watcher = new MutationObserver(atMostEvery(LOOK_PAUSE_MS, settle, signal))
  const sizes = new ResizeObserver(float)
  watcher.observe(document, { childList: true, subtree: true })
  sizes.observe(host)
  addEventListener('resize', float, { signal })
  const late = setTimeout(settle, MOUNT_PATIENCE_MS)
  signal.addEventListener('abort', () => {
    clearTimeout(late)
    watcher.disconnect()
    sizes.disconnect()
    host.remove()
  })
  settle()
  return { root, covers: () => covers }
}

function sheetOf(text: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(text)
  return sheet
}

/** Acts at once, then once more after the pause if it was called again meanwhile. */
function atMostEvery(ms: number, act: () => void, signal: AbortSignal): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let again = false
  const run = (): void => {
    again = false
    timer = setTimeout(() => {
      timer = undefined
      if (again) run()
    }, ms)
    act()
  }
  signal.addEventListener('abort', () => clearTimeout(timer))
  return () => {
    if (signal.aborted) return
    if (timer === undefined) run()
    else again = true
  }
}

/** What a script made up is no person's doing. The page cannot reach in here, but that is no reason to obey it. */
function ignoreSynthetic(root: ShadowRoot, signal: AbortSignal): void {
  const stop = (event: Event): void => {
    if (event.isTrusted) return
    event.preventDefault()
    event.stopImmediatePropagation()
  }
  for (const type of ['click', 'pointerdown', 'keydown', 'submit']) {
    root.addEventListener(type, stop, { capture: true, signal })
  }
}
