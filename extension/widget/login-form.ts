/** Finds in a page that is not ours what the widget is beside: the login form with what frames it. Changes nothing. */
import { type Box, union } from './place.ts'

export interface LoginForm {
  /** What holds the fields, and the outermost element that frames that. */
  core: Element
  element: Element
  box: Box
  /** What a person presses or fills in there: nothing may lie on it. */
  controls: readonly Box[]
}

const FIELDS = 'input[type=password], input[autocomplete~=username], input[type=email]'
const FORMS = 'form:not([role=search])'
const CONTROLS = 'input:not([type=hidden]), button, select, textarea, a[href], [role=button], [tabindex="0"]'
const BUTTONS = 'button, input[type=submit], [role=button]'

/** What the browser or the site lifts above the rest of the page; the rest takes no presses then. */
const LIFTED = 'dialog:modal, [popover]:popover-open, [aria-modal=true]'

/** Around the fields there is often a card; what is this much wider, in pixels, still belongs to them. */
const FRAME = 96

/** A page with more elements than this is not searched for fields inside of its components. */
const MOST_ELEMENTS = 5000

/** The form that can be used now: of several, the one that is lifted above the page. Null where the page shows none. */
export function findForm(): LoginForm | null {
  const fields = seen(document, FIELDS)
  if (fields.length === 0) fields.push(...insideComponents(document).flatMap((root) => seen(root, FIELDS)))
  const field = fields.findLast((one) => liftedAround(one)) ?? fields[0]
  const core = field ? (closest(field, (one) => one.localName === 'form') ?? groupOf(field)) : seen(document, FORMS)[0]
  if (!core) return null
  // The form itself is often as wide as the page, however small what is in it.
  const inner = boxesOf(core)
  if (inner.length === 0) return null
  let box = union(inner)
  let element = core
  const widest = box.right - box.left + FRAME
  for (let around: Element | null = core; around && !isPage(around); around = parentOf(around)) {
    const { left, top, right, bottom, width } = around.getBoundingClientRect()
    if (width > widest) break
    // One with no box of its own, or a box that is elsewhere, frames nothing.
    if (left > box.left || right < box.right) continue
    box = union([box, { left, top, right, bottom }])
    element = around
  }
  return { core, element, box, controls: element === core ? inner : boxesOf(element) }
}

/** Where the widget can be reached when this form can: inside of what lifts it above the page. Null: anywhere. */
export const liftedAround = (element: Element): Element | null => closest(element, (one) => one.matches(LIFTED))

/** The element around this one as it is drawn: through slots, and out of components. */
export function parentOf(element: Element): Element | null {
  const root = element.getRootNode()
  return element.assignedSlot ?? element.parentElement ?? (root instanceof ShadowRoot ? root.host : null)
}

const isPage = (element: Element): boolean => element === document.body || element === document.documentElement

function closest(element: Element, is: (one: Element) => boolean): Element | null {
  for (let one: Element | null = element; one; one = parentOf(one)) if (is(one)) return one
  return null
}

function seen(root: ParentNode, selector: string): Element[] {
  return [...root.querySelectorAll(selector)].filter((one) => one.checkVisibility({ visibilityProperty: true }))
}

/** Fields without a form have their button somewhere near. */
const groupOf = (field: Element): Element =>
  closest(field, (one) => !isPage(one) && one.querySelector(BUTTONS) !== null) ?? field

function insideComponents(root: ParentNode): ShadowRoot[] {
  const elements = root.querySelectorAll('*')
  if (elements.length > MOST_ELEMENTS) return []
  return [...elements].flatMap(({ shadowRoot }) => (shadowRoot ? [shadowRoot, ...insideComponents(shadowRoot)] : []))
}

function boxesOf(element: Element): Box[] {
  const own = element.matches(CONTROLS) ? [element] : []
  const roots = [element, ...insideComponents(element), ...(element.shadowRoot ? [element.shadowRoot] : [])]
  const controls = [...own, ...roots.flatMap((root) => seen(root, CONTROLS))]
  return controls.map((one) => one.getBoundingClientRect()).filter(({ width }) => width > 0)
}
