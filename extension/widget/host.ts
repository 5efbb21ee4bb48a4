/**
 * The widget's element in a page that is not ours: a plain host, its shadow root closed, its place kept. A page that
 * keeps removing it gets its way after a few times. Knows nothing of what is drawn inside.
 */
import theme from '../../shared/ui/panel.css'
import { findMount, siteShowsCode } from './place.ts'
import { createPosition } from './position.ts'
import css from './widget.css'

const MOST_REINSERTIONS = 5

/** Milliseconds for a page that builds itself to bring the place its site named. */
const MOUNT_PATIENCE_MS = 3000

/** Milliseconds. Measuring makes the browser lay the page out, so one that never stops changing is measured now and then. */
const MEASURE_PAUSE_MS = 200

export interface Host {
  root: ShadowRoot
  /** Whether it floats where it would cover the form. */
  covers(): boolean
}

export interface HostOptions {
  mount: string | undefined
  /** The page has removed it once too often; it is not coming back. */
  onExpelled(): void
  /** The site has brought the code itself. */
  onNotNeeded(): void
}

/** Puts the host into the page and keeps it there until the signal ends it. */
export function placeHost({ mount, onExpelled, onNotNeeded }: HostOptions, signal: AbortSignal): Host {
  const host = document.createElement('div')
  const root = host.attachShadow({ mode: 'closed' })
  const position = createPosition(host)
  root.adoptedStyleSheets = [sheetOf(theme), sheetOf(css), position.sheet]
  ignoreSynthetic(root, signal)
  const patient_until = performance.now() + MOUNT_PATIENCE_MS
  let insertions = 0
  let covers = false

  const float = (): void => {
    if (host.isConnected && !findMount(mount)) covers = !position.float()
  }
  const floatSoon = atMostEvery(MEASURE_PAUSE_MS, float, signal)

  function insert(place: Element | null): void {
    if (place) position.fill()
    const into = place ?? document.body ?? document.documentElement
    into.append(host)
    float()
  }

  /** Called with each change of the page, so it is quick to find that there is nothing to do. */
  function settle(): void {
    if (siteShowsCode()) {
      onNotNeeded()
      return
    }
    const place = findMount(mount)
    const in_place = place ? host.parentElement === place : host.isConnected
    if (in_place) {
      floatSoon()
      return
    }
    const waiting = !place && mount !== undefined && insertions === 0 && performance.now() < patient_until
    if (waiting) return
    const moved = host.isConnected
    if (!moved && ++insertions > 1 + MOST_REINSERTIONS) {
      watcher.disconnect()
      onExpelled()
      return
    }
    insert(place)
  }

  const watcher = new MutationObserver(settle)
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

function atMostEvery(ms: number, act: () => void, signal: AbortSignal): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  signal.addEventListener('abort', () => clearTimeout(timer))
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined
      act()
    }, ms)
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
