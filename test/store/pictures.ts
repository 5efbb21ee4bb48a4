/**
 * Takes the stores' pictures anew, of the real thing: `node test/store/pictures.ts` after a build, once more with
 * NOD_TEST_LANGUAGE=zh-CN for the Chinese ones. 1280 × 800: the code in a login page, the answer, the first minute.
 */
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Page } from 'puppeteer-core'
import { LANGUAGE } from '../browser/harness/profile.ts'
import { claimByCode, codeOf, numberOf, openLogin } from '../browser/harness/scenes.ts'
import { ADA, Stage } from '../browser/harness/stage.ts'
import { fill, linkTo, reads, said, switchOn, useGateway } from '../browser/harness/steps.ts'
import { SHOP_NAME } from '../demo/shop.ts'

const SIZE = { width: 1280, height: 800 }
const folder = resolve(import.meta.dirname, '../../extension/store/pictures', LANGUAGE === 'zh-CN' ? 'zh_CN' : 'en')

const image = async (page: Page): Promise<string> => {
  // A tab in the background draws nothing, and so has no picture.
  await page.bringToFront()
  return `data:image/png;base64,${await page.screenshot({ encoding: 'base64' })}`
}

const sheet = (...images: string[]): string => `<!doctype html><style>
  body { margin: 0; width: 1280px; height: 800px; display: flex; gap: 40px; align-items: center; justify-content: center;
         background: #dfe9e5 }
  img { border-radius: 16px; box-shadow: 0 12px 40px #0003; max-height: 740px }
</style>${images.map((source, index) => `<img src="${source}" width="${index === 0 ? 780 : 340}">`).join('')}`

await mkdir(folder, { recursive: true })
await using stage = await Stage.set()
const laptop = await stage.profile()
const device = await stage.profile({ welcome: true })
const take = (name: string, page: Page) => page.screenshot({ path: resolve(folder, `${name}.png`) })

await useGateway(laptop, stage.gateway.issuer)
await switchOn(laptop, SHOP_NAME)
await useGateway(device, stage.gateway.issuer)
await linkTo(device, stage.gateway.issuer, ADA)
await switchOn(device, SHOP_NAME)

const widget = await openLogin(laptop, stage.shop)
await widget.page.setViewport(SIZE)
const code = await codeOf(widget)
await take('1-code', widget.page)

const popup = await device.openPopup(await device.open(stage.shop))
await claimByCode(popup, code)
await fill(popup, 'ask_number', await numberOf(widget))
const images = [await image(widget.page), await image(popup)]
const together = await laptop.browser.newPage()
await together.setViewport(SIZE)
await together.setContent(sheet(...images))
await take('2-answer', together)

const welcome = await device.tab((url) => url.endsWith('/welcome.html'))
await welcome.bringToFront()
await welcome.setViewport({ width: 1280, height: 800 })
await reads(welcome, said('welcome_ready'))
await take('3-first-minute', welcome)
