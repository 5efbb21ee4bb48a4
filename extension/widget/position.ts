/**
 * Where the widget lies, said from inside its root: there, and only there, `!important` wins over all that the page's own
 * rules say about a `div`, and the element itself bears no attribute to be known by. What floats does so in the browser's
 * top layer, where no `z-index`, transform or clipping of the page reaches it.
 */
import type { LoginForm } from './login-form.ts'
import { type Box, boxAt, isUnpressed, MARGIN, panelSpot, type Scene, tabSpot } from './place.ts'

export interface Position {
  readonly sheet: CSSStyleSheet
  /** In the page's flow, as wide as the place it is in. */
  fill(): void
  /** Over the page. False where the panel could only lie on top of the form. `stay`: only if it has come to lie on something. */
  float(form: LoginForm | null, folded: boolean, stay: boolean): boolean
}

/** The panel's size, in CSS pixels, before it has been drawn. */
const PANEL = { width: 340, height: 560 }

/** What a person presses; a frame may hold anything. */
const PRESSED = 'a[href], button, input, select, textarea, label, summary, iframe, [role=button]'

/** Out of the flow: a page that lays out its children evenly must not count one more. */
const APART = 'position: fixed !important; width: 0 !important; height: 0 !important'

export function createPosition(host: HTMLElement, frame: HTMLElement): Position {
  const sheet = new CSSStyleSheet()
  let rules = ''
  let panel = PANEL
  let at: { left: number; top: number } | null = null
  let free = true

  /** Only what has changed: the same rules again would still cost the page a layout. */
  const lay = (flow: string): void => {
    const next = `:host { all: initial !important; display: block !important; ${flow} }`
    if (next !== rules) sheet.replaceSync(next)
    rules = next
  }
  const lift = (): void => {
    frame.popover = 'manual'
    if (host.isConnected && !frame.matches(':popover-open')) frame.showPopover()
  }

  lay(APART)
  return {
    sheet,
    fill: () => {
      frame.popover = null
      at = null
      lay('width: 100% !important')
    },
    float: (form, folded, stay) => {
      lay(APART)
      lift()
      const size = { width: frame.offsetWidth, height: frame.offsetHeight }
      if (!folded && frame.firstElementChild) panel = size
      const scene = sceneOf(form)
      if (stay && at && isUnpressed(scene, boxAt(at, size)) && isFree(boxAt(at, size), host)) return free
      const open = panelSpot(scene, panel)
      at = folded ? tabSpot(scene, size, (box) => isFree(box, host)) : open
      free = open.free
      frame.style.left = `${at.left}px`
      frame.style.top = `${at.top}px`
      return free
    },
  }
}

function sceneOf(form: LoginForm | null): Scene {
  const { clientWidth } = document.documentElement
  return {
    window: { width: Math.min(innerWidth, clientWidth || innerWidth), height: innerHeight },
    form: form?.box ?? null,
    controls: form?.controls ?? [],
    rtl: getComputedStyle(form?.element ?? document.documentElement).direction === 'rtl',
  }
}

/** Whether nothing lies there that a person might want to press: asked at the middle and just inside of the corners. */
function isFree({ left, top, right, bottom }: Box, host: Element): boolean {
  const inset = MARGIN / 4
  const middle = [(left + right) / 2, (top + bottom) / 2] as const
  const [xs, ys] = [
    [left + inset, right - inset],
    [top + inset, bottom - inset],
  ]
  const points = [middle, ...xs.flatMap((x) => ys.map((y) => [x, y] as const))]
  return points.every(([x, y]) => {
    const under = document.elementsFromPoint(x, y).find((element) => element !== host)
    return !under?.closest(PRESSED)
  })
}
