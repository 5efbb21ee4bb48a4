/** Whether a page is dark where the widget stands: by what it paints there, whatever the system prefers. */
import { parentOf } from './login-form.ts'

/** By the nearest background there is; where the page paints none, or only a picture, by its writing. */
export function isDark(place: Element): boolean {
  for (let around: Element | null = place; around; around = parentOf(around)) {
    const background = getComputedStyle(around).backgroundColor
    if (opacityOf(background) > 0.5) return lightnessOf(background) < 0.5
  }
  return lightnessOf(getComputedStyle(place).color) > 0.5
}

/** Makes a sheet's rules for dark or light systems those for dark or light pages. */
export function setScheme(sheet: CSSStyleSheet, dark: boolean): void {
  for (const rule of sheet.cssRules) {
    if (rule instanceof CSSMediaRule && /prefers-color-scheme|^(not )?all$/.test(rule.media.mediaText)) {
      const media = dark ? 'all' : 'not all'
      // To say the same again would still cost the page all the styles of this root.
      if (rule.media.mediaText !== media) rule.media.mediaText = media
    }
  }
}

/** As browsers write what they have computed: `rgb(18, 18, 18)`, `color(srgb 0.1 0.1 0.1 / 0.5)`, `oklch(0.2 0.01 200)`. */
const numbersOf = (color: string): number[] =>
  (color.match(/(?<![\w])-?[\d.]+%?/g) ?? []).map((one) => Number.parseFloat(one) / (one.endsWith('%') ? 100 : 1))

const opacityOf = (color: string): number => numbersOf(color)[3] ?? 1

/** From 0 to 1, near enough to tell dark from light. */
function lightnessOf(color: string): number {
  const [a = 0, b = 0, c = 0] = numbersOf(color)
  if (color.startsWith('ok')) return a
  if (color.startsWith('l')) return a / 100
  const most = color.startsWith('rgb') ? 255 : 1
  return (0.3 * a + 0.59 * b + 0.11 * c) / most
}
