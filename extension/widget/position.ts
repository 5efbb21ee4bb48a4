/**
 * Where the widget's host lies, said from inside its root: there, and only there, `!important` wins over all that the
 * page's own rules say about a `div`, and the element itself bears no attribute to be known by.
 */
import { findForm, MARGIN, spotFor } from './place.ts'

export interface Position {
  readonly sheet: CSSStyleSheet
  /** As wide as the place it is in. */
  fill(): void
  /** Over the page, beside the form. False where it could only lie on top of the form. */
  float(): boolean
}

/** The panel's size, in CSS pixels, before it has been drawn. */
const PANEL = { width: 340, height: 560 }

const WIDEST = `max-width: calc(100vw - ${2 * MARGIN}px)`
const SCROLLING = [`max-height: calc(100vh - ${2 * MARGIN}px)`, 'overflow-y: auto', 'border-radius: 24px']

export function createPosition(host: HTMLElement): Position {
  const sheet = new CSSStyleSheet()
  let rules = ''
  /** Only what has changed: the same rules again would still cost the page a layout. */
  const lay = (...more: string[]): void => {
    const next = ['all: initial', 'display: block', ...more].map((rule) => `${rule} !important`).join('; ')
    if (next !== rules) sheet.replaceSync(`:host { ${next} }`)
    rules = next
  }
  const at = (left: number, top: number, ...more: string[]): void =>
    lay('position: fixed', 'z-index: 2147483647', WIDEST, `left: ${left}px`, `top: ${top}px`, ...more)

  return {
    sheet,
    fill: () => lay('width: 100%'),
    float: () => {
      // Measured as it floats: in the page's flow it would be as wide as the page.
      if (!rules.includes('fixed')) at(0, 0)
      const size = { width: host.offsetWidth || PANEL.width, height: host.offsetHeight || PANEL.height }
      const spot = spotFor(findForm(), { width: innerWidth, height: innerHeight }, size)
      // In a window that is too low for it, it scrolls by itself.
      at(spot.left, spot.top, ...(size.height >= innerHeight - 2 * MARGIN ? SCROLLING : []))
      return spot.free
    },
  }
}
