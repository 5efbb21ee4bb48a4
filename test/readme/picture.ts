/**
 * Takes the README's picture anew, of the real thing: `node test/readme/picture.ts` after a build. The shop's login page
 * with its code, and beside it the popup that asks; once in the light and once in the dark.
 */
import { resolve } from 'node:path'
import type { Page } from 'puppeteer-core'
import { claimByCode, codeOf, numberOf, openLogin } from '../browser/harness/scenes.ts'
import { ADA, Stage } from '../browser/harness/stage.ts'
import { fill, linkTo, switchOn, useGateway } from '../browser/harness/steps.ts'
import { SHOP_NAME } from '../demo/shop.ts'

const PAPER = { light: '#e4e0d6', dark: '#0a0e0c' }

const SCHEMES = ['light', 'dark'] as const

/** The page's body in light and in dark, as addresses of pictures. */
async function photograph(page: Page): Promise<Record<(typeof SCHEMES)[number], string>> {
  const taken = { light: '', dark: '' }
  for (const value of SCHEMES) {
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ])
    const body = (await page.$('body'))!
    taken[value] = `data:image/png;base64,${await body.screenshot({ encoding: 'base64' })}`
  }
  return taken
}

const sheet = (paper: string, left: string, right: string): string => `<!doctype html><style>
  body { margin: 0; padding: 36px; display: flex; gap: 36px; align-items: center; width: max-content; background: ${paper} }
  img { border-radius: 14px; box-shadow: 0 12px 40px #0003 }
</style><img src="${left}" width="900"><img src="${right}" width="340">`

await using stage = await Stage.set()
const laptop = await stage.profile()
const device = await stage.profile()
for (const profile of [laptop, device]) await useGateway(profile, stage.gateway.issuer)
await switchOn(laptop, SHOP_NAME)
await linkTo(device, stage.gateway.issuer, ADA)

const widget = await openLogin(laptop, stage.shop)
const code = await codeOf(widget)
const left = await photograph(widget.page)
const popup = await device.openPopup(await device.open(stage.shop))
await claimByCode(popup, code)
await fill(popup, 'ask_number', await numberOf(widget))
const right = await photograph(popup)

const together = await laptop.browser.newPage()
for (const scheme of SCHEMES) {
  await together.setContent(sheet(PAPER[scheme], left[scheme], right[scheme]))
  const body = (await together.$('body'))!
  await body.screenshot({ path: resolve(import.meta.dirname, `main-job-${scheme}.png`) })
}
