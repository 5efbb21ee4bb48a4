/** Where the widget floats: beside the form, in its corner, or as a small tab where nothing is. Knows boxes and no page. */

export interface Box {
  left: number
  top: number
  right: number
  bottom: number
}

export interface Size {
  width: number
  height: number
}

/** All in CSS pixels of the window. */
export interface Scene {
  window: Size
  /** The form with its frame, and what in it can be pressed or filled in. */
  form: Box | null
  controls: readonly Box[]
  /** In a page that is read from right to left, the side that comes next is the left one. */
  rtl: boolean
}

export interface Spot {
  left: number
  top: number
  /** False where it could only lie on top of the form; then it starts folded. */
  free: boolean
}

/** Between the widget and the edge of the window. */
export const MARGIN = 16
const GAP = 24

export const union = (boxes: readonly Box[]): Box => ({
  left: Math.min(...boxes.map(({ left }) => left)),
  top: Math.min(...boxes.map(({ top }) => top)),
  right: Math.max(...boxes.map(({ right }) => right)),
  bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
})

export const touches = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

export const boxAt = ({ left, top }: { left: number; top: number }, { width, height }: Size): Box => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
})

/** The panel: on the side of the form that comes next, else on the other, else in a corner that is clear of the form. */
export function panelSpot({ window, form, controls, rtl }: Scene, panel: Size): Spot {
  const lowest = Math.max(MARGIN, window.height - panel.height - MARGIN)
  const corners = edges(window, panel, rtl)
  const [corner = { left: MARGIN, top: MARGIN }] = corners
  if (!form) return { ...corner, free: true }
  const top = Math.min(Math.max(form.top, MARGIN), lowest)
  const [right, left] = [form.right + GAP, form.left - GAP - panel.width]
  const sides = [...(right + panel.width + MARGIN <= window.width ? [right] : []), ...(left >= MARGIN ? [left] : [])]
  const side = rtl ? sides.at(-1) : sides[0]
  if (side !== undefined) return { left: side, top, free: true }
  const clear = corners.find((one) => !touches(boxAt(one, panel), form))
  if (clear) return { ...clear, free: true }
  // A person who unfolds it all the same can still press what they came for, where there is room for both.
  const usable = corners.find((one) => !controls.some((control) => touches(boxAt(one, panel), control)))
  return { ...(usable ?? corner), free: false }
}

/** The small tab it folds into: at the edge of the window, on nothing that can be pressed; `isFree` knows the page's rest. */
export function tabSpot(scene: Scene, tab: Size, isFree: (box: Box) => boolean): Spot {
  const spots = edges(scene.window, tab, scene.rtl)
  const found = spots.find((spot) => isUnpressed(scene, boxAt(spot, tab)) && isFree(boxAt(spot, tab)))
  return { ...(found ?? spots[0] ?? { left: MARGIN, top: MARGIN }), free: found !== undefined }
}

/** Whether it lies wholly in the window and on none of the form's controls. */
export const isUnpressed = ({ controls }: Scene, box: Box): boolean =>
  !controls.some((control) => touches(box, control))

/** Along the edges of the window: the lower corners, the upper ones, then between them. */
function edges({ width, height }: Size, own: Size, rtl: boolean): { left: number; top: number }[] {
  const far = Math.max(MARGIN, width - own.width - MARGIN)
  const [next, other] = rtl ? [MARGIN, far] : [far, MARGIN]
  const low = Math.max(MARGIN, height - own.height - MARGIN)
  return [low, MARGIN, (low + MARGIN) / 2].flatMap((top) => [next, other].map((left) => ({ left, top })))
}
