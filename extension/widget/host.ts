/**
 * The widget's element in a page that is not ours: a plain host, its shadow root closed, its place kept. A page that
 * keeps removing it gets its way after a few times. Knows nothing of what is drawn inside.
 */
import theme from '../../shared/ui/panel.css'
import { findForm, liftedAround } from './login-form.ts'
import { findMount, siteShowsCode } from './mount.ts'
import { isWornOut, type Patience, taken } from './patience.ts'
import { createPosition } from './position.ts'
import { isDark, setScheme } from './scheme.ts'
import css from './widget.css'

/** Milliseconds. A router that takes the page away tells its new address just after, and then there is nothing to come back to. */
const BACK_PAUSE_MS = 50

/** Milliseconds for a page that builds itself to bring the place its site named. */
const MOUNT_PATIENCE_MS = 3000

/** Milliseconds. Each change of the page is a reason to look; a page that never stops changing is looked at now and then. */
const LOOK_PAUSE_MS = 100

/** Milliseconds. Measuring makes the browser lay the page out, so one that never stops changing is measured now and then. */
const MEASURE_PAUSE_MS = 200

export interface Host {
  /** What to draw in. */
  frame: HTMLElement
  /** Whether the panel, floating, would cover the form. */
  covers(): boolean
  /** After drawing: what is in the frame now, the panel or the small tab it folds into. */
  drawn(folded: boolean): void
}

export interface HostOptions {
  mount: string | undefined
  /** This document's, for the visits that come after this one too. */
  patience: { now: Patience }
  /** What `covers` says has changed. */
  onCovers(): void
  /** The page has removed it once too often; it is not coming back. */
  onExpelled(): void
  /** The site has brought the code itself. */
  onNotNeeded(): void
}

/** Puts the host into the page and keeps it there until the signal ends it. */
export function placeHost(options: HostOptions, signal: AbortSignal): Host {
  const { mount, patience, onCovers, onExpelled, onNotNeeded } = options
  const host = document.createElement('div')
  const root = host.attachShadow({ mode: 'closed' })
  const frame = root.appendChild(document.createElement('div'))
  frame.className = 'nod w-frame'
  const position = createPosition(host, frame)
  const colours = sheetOf(theme)
  root.adoptedStyleSheets = [colours, sheetOf(css), position.sheet]
  ignoreSynthetic(root, signal)
  const patient_until = performance.now() + MOUNT_PATIENCE_MS
  /** Where it was last put; null before the first time. */
  let put: Element | null = null
  let covers = false
  let folded = false
  let form_seen: Element | null = null
  let back: ReturnType<typeof setTimeout> | undefined

  const isThere = (): boolean => put !== null && host.isConnected && host.parentElement === put

  function arrange(stay: boolean): void {
    // Where nothing is drawn yet there is nothing to find room for.
    if (!isThere() || !frame.firstElementChild) return
    const place = findMount(mount)
    const form = place ? null : findForm()
    const around = place ?? (form && liftedAround(form.element)) ?? document.body ?? document.documentElement
    if (put !== around) {
      put = around
      around.append(host)
    }
    setScheme(colours, isDark(form?.core ?? around))
    if (form && form.element !== form_seen) {
      if (form_seen) sizes.unobserve(form_seen)
      form_seen = form.element
      sizes.observe(form_seen)
    }
    const covered = covers
    if (place) position.fill()
    covers = !place && !position.float(form, folded, stay)
    if (covers !== covered) onCovers()
  }
  const arrangeSoon = atMostEvery(MEASURE_PAUSE_MS, () => arrange(false), signal, LOOK_PAUSE_MS)
  const clearSoon = atMostEvery(MEASURE_PAUSE_MS, () => arrange(true), signal)

  function settle(): void {
    if (siteShowsCode()) {
      onNotNeeded()
      return
    }
    const place = findMount(mount)
    const waiting = !place && mount !== undefined && put === null && performance.now() < patient_until
    if (waiting) return
    if (isThere()) {
      arrangeSoon()
      return
    }
    if (put === null) insert(place)
    else back ??= setTimeout(comeBack, BACK_PAUSE_MS)
  }

  function comeBack(): void {
    back = undefined
    if (isThere()) return
    patience.now = taken(patience.now, performance.now(), wentWithItsPlace())
    if (!isWornOut(patience.now)) {
      insert(findMount(mount))
      return
    }
    watcher.disconnect()
    onExpelled()
  }

  const wentWithItsPlace = (): boolean =>
    put !== null && put === host.parentElement && put.localName !== 'body' && put !== document.documentElement

  function insert(place: Element | null): void {
    put = place ?? document.body ?? document.documentElement
    put.append(host)
    arrange(false)
  }

  const settleSoon = atMostEvery(LOOK_PAUSE_MS, settle, signal)
  const watcher = new MutationObserver(settleSoon)
  const sizes = new ResizeObserver(arrangeSoon)
  watcher.observe(document, { childList: true, subtree: true, attributeFilter: ['open', 'hidden', 'inert'] })
  // Where pages say whether they are dark.
  for (const page of [document.documentElement, document.body]) if (page) watcher.observe(page, { attributes: true })
  sizes.observe(frame)
  addEventListener('resize', arrangeSoon, { signal })
  addEventListener('scroll', clearSoon, { signal, capture: true, passive: true })
  // Dialogs come and go without a change of the document.
  for (const type of ['toggle', 'close', 'focusin', 'click']) {
    document.addEventListener(type, arrangeSoon, { signal, capture: true, passive: true })
  }
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', arrangeSoon, { signal })
  const late = setTimeout(settle, MOUNT_PATIENCE_MS)
  signal.addEventListener('abort', () => {
    clearTimeout(late)
    clearTimeout(back)
    watcher.disconnect()
    sizes.disconnect()
    host.remove()
  })
  settle()
  return {
    frame,
    covers: () => covers,
    drawn: (now_folded) => {
      folded = now_folded
      arrange(false)
    },
  }
}

function sheetOf(text: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(text)
  return sheet
}

/** Acts at once, or after `first_ms`, then once more after the pause if it was called again meanwhile. */
function atMostEvery(ms: number, act: () => void, signal: AbortSignal, first_ms = 0): () => void {
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
    if (timer !== undefined) again = true
    else if (first_ms === 0) run()
    else timer = setTimeout(run, first_ms)
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
