/**
 * What a screen reader says by itself while somebody does something: the live regions that change, `!` before what may not
 * wait, and where the focus goes, `>` before it. A region that comes with its words in it is told of by no reader, but an alert.
 */
import type { JSHandle, Page } from 'puppeteer-core'
import { expect } from 'vitest'
import { profileOf } from './profile.ts'

type Heard = () => Promise<string[]>

/** From now on, in the page itself. */
export async function listen(page: Page): Promise<Heard> {
  const said = await page.evaluateHandle((watch) => new Function(`return (${watch})(document)`)(), `${watch}`)
  return () => said.evaluate((said) => [...(said as string[])])
}

/** From now on, in the widget, whose root is closed to the page. */
export async function listenToWidget(page: Page): Promise<Heard> {
  await expect.poll(() => profileOf(page).openRoot(page)).not.toBeNull()
  const { root } = (await profileOf(page).openRoot(page))!
  const said = (await root.evaluateHandle(watch as never)) as JSHandle<string[]>
  return () => said.evaluate((said) => [...said])
}

/** Stands alone: it is run where the page is. */
function watch(root: Document | ShadowRoot): string[] {
  const said: string[] = []
  const plain = (text: string): string => text.replace(/\s+/g, ' ').trim()
  const textOf = (region: Element): string => {
    const pictures = [...region.querySelectorAll('[role=img]')].map((one) => one.getAttribute('aria-label'))
    return plain([...pictures, (region as HTMLElement).innerText].join(' '))
  }
  const regions = (): Element[] => [
    ...root.querySelectorAll('[role=status], [role=alert], [role=timer]:not([aria-live=off])'),
  ]
  const isUrgent = (region: Element): boolean =>
    (region.getAttribute('aria-live') ?? (region.getAttribute('role') === 'alert' ? 'assertive' : '')) === 'assertive'
  const before = new Map(regions().map((region) => [region, textOf(region)]))
  const look = (): void => {
    for (const region of regions()) {
      const text = textOf(region)
      const was = before.get(region) ?? (region.getAttribute('role') === 'alert' ? '' : text)
      before.set(region, text)
      if (text !== was && text !== '') said.push(isUrgent(region) ? `! ${text}` : text)
    }
  }
  new MutationObserver(look).observe(root, { subtree: true, childList: true, characterData: true, attributes: true })
  const nameOf = (element: Element): string => {
    const by = (element.getAttribute('aria-labelledby') ?? '').split(' ').filter(Boolean)
    const label = (element as HTMLInputElement).labels?.[0]
    const own = element.getAttribute('aria-label') ?? label?.innerText ?? (element as HTMLElement).innerText
    return plain(by.length > 0 ? by.map((id) => root.getElementById(id)?.innerText).join(' ') : own)
  }
  root.addEventListener('focusin', ({ target }) => {
    const line = `> ${nameOf(target as Element)}`
    if (said.at(-1) !== line) said.push(line)
  })
  return said
}
