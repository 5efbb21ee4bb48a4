/** Where the widget goes: into the place its site names, or beside the login form without covering it. Moves nothing. */

export interface Box {
  left: number
  top: number
  right: number
  bottom: number
}

export interface Spot {
  left: number
  top: number
  /** False where it could only lie on top of the form; then it starts folded. */
  free: boolean
}

/** CSS pixels between the widget and the edge of the window. */
export const MARGIN = 16
const GAP = 24

/** Around the fields there is often a card; what is this much wider, in pixels, still belongs to them. */
const FRAME = 96

/** The element that the site set aside; null also when its selector is not one. */
export function findMount(selector: string | undefined): Element | null {
  if (selector === undefined) return null
  try {
    return document.querySelector(selector)
  } catch {
    return null
  }
}

/** Whether the site shows the code itself, with `<nod-login>`: a second one beside it would be one too many. */
export const siteShowsCode = (): boolean => document.querySelector('nod-login') !== null

/** The login form's fields and buttons with what frames them, or null where the page shows none. */
export function findForm(): Box | null {
  const field = document.querySelector('input[type=password], input[autocomplete~=username], input[type=email]')
  const form = field?.closest('form') ?? document.querySelector('form')
  // The form itself is often as wide as the page, however small what is in it.
  const controls = form ? [...form.querySelectorAll('input:not([type=hidden]), button')] : field ? [field] : []
  const boxes = controls.map((control) => control.getBoundingClientRect()).filter(({ width }) => width > 0)
  if (boxes.length === 0) return null
  let box: Box = {
    left: Math.min(...boxes.map(({ left }) => left)),
    top: Math.min(...boxes.map(({ top }) => top)),
    right: Math.max(...boxes.map(({ right }) => right)),
    bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
  }
  const widest = box.right - box.left + FRAME
  for (let around = form ?? field; around && around !== document.body; around = around.parentElement) {
    const wider = around.getBoundingClientRect()
    if (wider.width > widest) break
    box = wider
  }
  return box
}

/** Right of the form, else left of it, else in the corner of the window. All in CSS pixels of the viewport. */
export function spotFor(
  form: Box | null,
  window: { width: number; height: number },
  panel: { width: number; height: number },
): Spot {
  const lowest = Math.max(MARGIN, window.height - panel.height - MARGIN)
  const top = form ? Math.min(Math.max(form.top, MARGIN), lowest) : lowest
  const right = form ? form.right + GAP : Number.POSITIVE_INFINITY
  const left = form ? form.left - GAP - panel.width : Number.NEGATIVE_INFINITY
  if (right + panel.width + MARGIN <= window.width) return { left: right, top, free: true }
  if (left >= MARGIN) return { left, top, free: true }
  const corner = { left: Math.max(MARGIN, window.width - panel.width - MARGIN), top: lowest }
  const free = !form || corner.left >= form.right || corner.top >= form.bottom
  return { ...corner, free }
}
