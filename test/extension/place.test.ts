/** Where the widget floats when a site named no place for it: beside the form, and never unasked on top of it. */
import { describe, expect, test } from 'vitest'
import { type Box, boxAt, panelSpot, type Scene, tabSpot, touches } from '../../extension/widget/place.ts'

const panel = { width: 340, height: 520 }
const tab = { width: 48, height: 48 }
const form = (left: number, top: number, width: number, height = 400): Box => boxAt({ left, top }, { width, height })
const scene = (width: number, height: number, form: Box | null, more: Partial<Scene> = {}): Scene => ({
  window: { width, height },
  form,
  controls: form ? [form] : [],
  rtl: false,
  ...more,
})

describe('the panel floats', () => {
  test('right of the form where there is room', () => {
    expect(panelSpot(scene(1280, 720, form(400, 100, 400)), panel)).toEqual({ left: 824, top: 100, free: true })
  })
  test('left of it where there is room only there', () => {
    expect(panelSpot(scene(1280, 720, form(800, 100, 400)), panel)).toEqual({ left: 436, top: 100, free: true })
  })
  test('on the left first where one reads from the right', () => {
    const narrow = form(500, 100, 280)
    expect(panelSpot(scene(1280, 720, narrow), panel)).toMatchObject({ left: 804 })
    expect(panelSpot(scene(1280, 720, narrow, { rtl: true }), panel)).toMatchObject({ left: 136 })
    expect(panelSpot(scene(1280, 720, null, { rtl: true }), panel)).toMatchObject({ left: 16 })
  })
  test('in the corner that the form leaves clear', () => {
    expect(panelSpot(scene(900, 1200, form(200, 600, 600)), panel)).toEqual({ left: 544, top: 16, free: true })
  })
  test('in the corner, open, where there is no form', () => {
    expect(panelSpot(scene(1280, 720, null), panel)).toEqual({ left: 924, top: 184, free: true })
  })
  test('inside the window, however low the form lies', () => {
    expect(panelSpot(scene(1280, 720, form(100, 600, 400)), panel).top).toBe(184)
    expect(panelSpot(scene(1280, 720, form(100, -300, 400)), panel).top).toBe(16)
  })
  test('at the top of a window that is lower than it', () => {
    expect(panelSpot(scene(300, 200, null), panel)).toEqual({ left: 16, top: 16, free: true })
  })
})

describe('where it would cover the form', () => {
  const phone = scene(390, 844, form(20, 100, 350))
  test('it says so, to be folded', () => {
    expect(panelSpot(phone, panel)).toMatchObject({ left: 34, free: false })
  })
  test('it leaves the controls free when it is unfolded all the same, if there is room for both', () => {
    const low = scene(390, 844, form(0, 0, 390, 844), { controls: [form(20, 700, 350, 48)] })
    expect(panelSpot(low, panel)).toEqual({ left: 34, top: 16, free: false })
  })
})

describe('the small tab', () => {
  const anywhere = () => true
  const corners = (scene: Scene) => tabSpot(scene, tab, anywhere)

  test('is in the lower corner that comes last in reading', () => {
    expect(corners(scene(390, 844, null))).toEqual({ left: 326, top: 780, free: true })
    expect(corners(scene(390, 844, null, { rtl: true }))).toEqual({ left: 16, top: 780, free: true })
  })
  test('is on none of the form’s own buttons, wherever they are', () => {
    const at = (left: number, top: number) => form(left, top, 200, 60)
    for (const controls of [[at(180, 770)], [at(0, 770), at(180, 770)], [at(0, 770), at(180, 770), at(180, 0)]]) {
      const crowded = scene(390, 844, form(0, 0, 390, 844), { controls })
      const spot = corners(crowded)
      expect(spot.free).toBe(true)
      expect(controls.filter((control) => touches(boxAt(spot, tab), control))).toEqual([])
    }
  })
  test('gives way to what else can be pressed in the page', () => {
    const chat = form(300, 760, 80, 80)
    expect(tabSpot(scene(390, 844, null), tab, (box) => !touches(box, chat))).toMatchObject({ left: 16, top: 780 })
  })
  test('has its corner where nothing is free', () => {
    expect(tabSpot(scene(390, 844, null), tab, () => false)).toEqual({ left: 326, top: 780, free: false })
  })
})
