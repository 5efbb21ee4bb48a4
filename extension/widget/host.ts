/**
 * The widget's element in a page that is not ours: a plain host, its shadow root closed, its place kept. A page that
 * keeps removing it gets its way after a few times. Knows nothing of what is drawn inside.
 */
import theme from '../../shared/ui/theme.css'
import { findForm, findMount, spotFor } from './place.ts'
import css from './widget.css'

const MOST_REINSERTIONS = 5

/** Milliseconds for a page that builds itself to bring the place its site named. */
const MOUNT_PATIENCE_MS = 3000

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
}

/** Puts the host into the page and keeps it there until the signal ends it. */
export function placeHost({ mount, onExpelled }: HostOptions, signal: AbortSignal): Host {
  const host = document.createElement('div')
  const root = host.attachShadow({ mode: 'closed' })
  const position = new CSSStyleSheet()
  root.adoptedStyleSheets = [sheetOf(theme), sheetOf(css), position]
  ignoreSynthetic(root, signal)
  const patient_until = performance.now() + MOUNT_PATIENCE_MS
  let reinsertions = 0
  let placed = false
  let covers = false

  /** Seen by the browser's layout only when it has changed, which moving it to where it is must not do. */
  let rules = ''
  const lay = (next: string): void => {
    if (next !== rules) position.replaceSync(next)
    rules = next
  }

  function settle(): void {
    const place = findMount(mount)
    const in_place = place ? host.parentElement === place : host.isConnected
    if (in_place) {
      if (!place) floatSoon()
      return
    }
    if (!place && mount !== undefined && !placed && performance.now() < patient_until) return
    const removed = placed && !host.isConnected
    if (removed && ++reinsertions > MOST_REINSERTIONS) {
      watcher.disconnect()
      onExpelled()
      return
    }
    placed = true
    if (place) {
      lay(hostRules('width: 100%'))
      place.append(host)
    } else {
      const top = document.body ?? document.documentElement
      top.append(host)
      float()
    }
  }

  function float(): void {
    if (rules === '') lay(floating(0, 0))
    const size = { width: host.offsetWidth || PANEL.width, height: host.offsetHeight || PANEL.height }
    const spot = spotFor(findForm(), { width: innerWidth, height: innerHeight }, size)
    covers = !spot.free
    lay(floating(spot.left, spot.top))
  }

  /** Measuring makes the browser lay the page out, so a page that never stops changing is measured now and then. */
  let soon: ReturnType<typeof setTimeout> | undefined
  const floatSoon = (): void => {
    soon ??= setTimeout(() => {
      soon = undefined
      if (host.isConnected && !findMount(mount)) float()
    }, MEASURE_PAUSE_MS)
  }

  const watcher = new MutationObserver(settle)
  const sizes = new ResizeObserver(() => {
    if (host.isConnected && !findMount(mount)) float()
  })
  watcher.observe(document, { childList: true, subtree: true })
  sizes.observe(host)
  addEventListener('resize', settle, { signal })
  const late = setTimeout(settle, MOUNT_PATIENCE_MS)
  signal.addEventListener('abort', () => {
    clearTimeout(late)
    clearTimeout(soon)
    watcher.disconnect()
    sizes.disconnect()
    host.remove()
  })
  settle()
  return { root, covers: () => covers }
}

/** The panel's size, in CSS pixels, before it has been drawn. */
const PANEL = { width: 340, height: 560 }

/**
 * Where the host lies, said from inside its root: there, and only there, `!important` wins over all that the page's own
 * rules say about a `div`, and the element itself bears no attribute to be known by.
 */
const hostRules = (more: string): string =>
  `:host { ${['all: initial', 'display: block', ...more.split('; ')].map((rule) => `${rule} !important`).join('; ')} }`

const floating = (left: number, top: number): string =>
  hostRules(`position: fixed; z-index: 2147483647; max-width: calc(100vw - 32px); left: ${left}px; top: ${top}px`)

function sheetOf(text: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(text)
  return sheet
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
