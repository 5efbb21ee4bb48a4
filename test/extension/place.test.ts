/** Where the widget floats when a site named no place for it: beside the form, and never unasked on top of it. */
import { describe, expect, test } from 'vitest'
import { type Box, spotFor } from '../../extension/widget/place.ts'

const panel = { width: 340, height: 520 }
const form = (left: number, top: number, width: number, height = 400): Box => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
})

describe('the widget floats', () => {
  test('right of the form where there is room', () => {
    expect(spotFor(form(400, 100, 400), { width: 1280, height: 720 }, panel)).toEqual({
      left: 824,
      top: 100,
      free: true,
    })
  })
  test('left of it where there is room only there', () => {
    expect(spotFor(form(800, 100, 400), { width: 1280, height: 720 }, panel)).toEqual({
      left: 436,
      top: 100,
      free: true,
    })
  })
  test('in the corner, folded, where it would cover the form', () => {
    const spot = spotFor(form(20, 100, 350), { width: 390, height: 844 }, panel)
    expect(spot).toEqual({ left: 34, top: 308, free: false })
  })
  test('in the corner, open, where there is no form', () => {
    expect(spotFor(null, { width: 1280, height: 720 }, panel)).toEqual({ left: 924, top: 184, free: true })
  })
  test('inside the window, however low the form lies', () => {
    expect(spotFor(form(100, 600, 400), { width: 1280, height: 720 }, panel).top).toBe(184)
    expect(spotFor(form(100, -300, 400), { width: 1280, height: 720 }, panel).top).toBe(16)
  })
  test('at the top of a window that is lower than it', () => {
    expect(spotFor(null, { width: 300, height: 200 }, panel)).toEqual({ left: 16, top: 16, free: true })
  })
})
