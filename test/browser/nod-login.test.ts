/**
 * `<nod-login>` in a real login page under a strict policy, in a browser without the extension: the whole sign-in, the
 * link that stays whenever there is no code, and, with the extension, never two codes.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import zh_CN from '../../shared/locales/zh_CN.json' with { type: 'json' }
import { SHOP_NAME } from '../demo/shop.ts'
import { ELEMENT_PATH } from '../demo/site/routes.ts'
import { faults } from './harness/axe.ts'
import { HeardPanel, heard } from './harness/heard.ts'
import { type Profile, VIEWPORT } from './harness/profile.ts'
import { readCode } from './harness/read-code.ts'
import { approve, codeOf, greets, numberOf, openLogin } from './harness/scenes.ts'
import { ADA, Stage } from './harness/stage.ts'
import { fill, follow, goBack, press, reads, said, signIn, switchOn, useGateway } from './harness/steps.ts'

const LINK = 'Sign in with Nod'

let stage: Stage
let laptop: Profile
let phone: Profile

beforeAll(async () => {
  stage = await Stage.set()
  laptop = await stage.profile({ extension: false })
  phone = await stage.profile({ extension: false })
  const page = await phone.open(`${stage.gateway.issuer}/code`)
  await signIn(page, ADA)
  await press(page, 'page_enrol_accept')
  await reads(page, said('code_label'))
})
afterAll(() => stage?.[Symbol.asyncDispose]())

/** A new tab, and what its console says from the first moment on. */
async function newTab(profile = laptop) {
  const page = await profile.browser.newPage()
  const said: string[] = []
  page.on('console', (message) => {
    if (!message.location().url?.endsWith('/favicon.ico')) said.push(message.text())
  })
  return { page, console: said, panel: new HeardPanel(page) }
}

async function openElement(profile = laptop) {
  const tab = await newTab(profile)
  await tab.page.goto(stage.shop + ELEMENT_PATH)
  return tab
}

/** The phone, where these letters have been typed. */
async function typeOnPhone(letters: string, answer: string) {
  const page = await phone.open(`${stage.gateway.issuer}/code`)
  await fill(page, 'code_label', letters)
  await press(page, 'code_submit')
  await reads(page, answer)
  return page
}
const askedOnPhone = (letters: string) => typeOnPhone(letters, said('ask_title'))

describe('in a browser without the extension', () => {
  test('the code is in the page, and its person is signed in by the site’s own callback', async () => {
    const { page, console, panel } = await openElement()
    const letters = await codeOf(panel)
    expect(await readCode(page)).toMatch(`${stage.gateway.issuer}/q#`)
    expect(await heard(page)).not.toContain(LINK)

    const card = await askedOnPhone(letters)
    await reads(card, new URL(stage.shop).host)
    await approve(card, await numberOf(panel))
    await greets(page, ADA.name)
    expect(page.url()).toBe(`${stage.shop}/account`)
    expect(console, 'nothing was against the page’s policy').toEqual([])
    await page.close()
    await laptop.browser.deleteCookie(...(await laptop.browser.cookies()))
  })

  test('no means no, and the page can ask again', async () => {
    const { page, panel } = await openElement()
    const first = await codeOf(panel)
    await press(await askedOnPhone(first), 'ask_deny')
    await panel.shows(new RegExp(said('qr_denied')))
    expect(page.url()).toBe(stage.shop + ELEMENT_PATH)

    await panel.press('qr_new_code')
    expect(await codeOf(panel)).not.toBe(first)
    await page.close()
  })

  test('the page’s markup is what the site wrote: no letters, no secret, no way in', async () => {
    const { page, panel } = await openElement()
    await codeOf(panel)
    const found = await page.$eval('nod-login', (element) => ({
      root: element.shadowRoot,
      markup: element.outerHTML.replace(/\s+/g, ' '),
      members: Object.getOwnPropertyNames(element),
    }))
    expect(found).toEqual({
      root: null,
      markup: `<nod-login start="/login/nod"><a class="button quiet" href="/login/nod">${LINK}</a></nod-login>`,
      members: [],
    })
    await page.close()
  })

  test('leaving the page lets go of its session, and coming back shows a new one', async () => {
    const { page, panel, console } = await openElement()
    const first = await codeOf(panel)
    await page.goto(stage.shop)
    await typeOnPhone(first, said('error_session_not_found'))

    await goBack(page)
    expect(await codeOf(panel)).not.toBe(first)
    expect(console).toEqual([])
    await page.close()
  })

  test('it speaks the language of the page, or the one it is told', async () => {
    const { page, panel } = await openElement()
    await panel.shows(new RegExp(said('qr_scan')))
    await page.$eval('nod-login', (element) => element.setAttribute('lang', 'zh'))
    await panel.shows(new RegExp(zh_CN.qr_scan))
    await page.close()
  })
})

describe('the link stays', () => {
  test('without JavaScript, and leads to the gateway’s own page', async () => {
    const { page } = await newTab()
    await laptop.letScripts(page, false)
    await page.goto(stage.shop + ELEMENT_PATH)
    expect(await heard(page)).toContain(LINK)
    await laptop.letScripts(page, true)
    await follow(page, LINK)
    await reads(page, said('qr_scan'))
    await page.close()
  })

  test('when the script does not come', async () => {
    const { page } = await newTab()
    await page.setRequestInterception(true)
    page.on('request', (request) => void (/nod-login\.js$/.test(request.url()) ? request.abort() : request.continue()))
    await page.goto(stage.shop + ELEMENT_PATH)
    expect(await page.$$('nod-login:defined')).toEqual([])
    expect(await heard(page)).toContain(LINK)
    await page.close()
  })

  test('when the start URI leads nowhere, and the developer is told', async () => {
    const { page, panel, console } = await openElement()
    await codeOf(panel)
    for (const [start, mend] of [
      ['/account', `it came from ${stage.shop}. /account must redirect to ${stage.gateway.issuer}/authorize.`],
      ['https://elsewhere.example/login', `must be an address of ${stage.shop}`],
      ['', `must be an address of ${stage.shop}`],
    ] as const) {
      await page.$eval('nod-login', (element, start) => element.setAttribute('start', start), start)
      await expect.poll(() => console.splice(0).join('\n')).toContain(mend)
      expect(await heard(page)).toContain(LINK)
    }
    await page.close()
  })

  test('on an origin that is not the client’s, and the developer is told', async () => {
    const elsewhere = stage.shop.replace('localhost', '127.0.0.1')
    const { page, console } = await newTab()
    await page.goto(elsewhere + ELEMENT_PATH)
    await expect.poll(() => console.join('\n')).toContain(`nod client update CLIENT --origin ${elsewhere}`)
    expect(await heard(page)).toContain(LINK)
    await page.close()
  })
})

describe('in a browser with the extension', () => {
  let browser: Profile
  beforeAll(async () => {
    browser = await stage.profile()
    await useGateway(browser, stage.gateway.issuer)
    await switchOn(browser, SHOP_NAME)
  })

  test('the site’s element is the one that shows a code', async () => {
    const { page, panel } = await openElement(browser)
    await codeOf(panel)
    expect(await browser.contentScript(page), 'the widget’s script has run').not.toBeNull()
    expect(await readCode(page)).toMatch(`${stage.gateway.issuer}/q#`)
    expect(await page.$$('body > div')).toEqual([])
    await page.close()
  })

  test('the widget goes when the site brings its element later', async () => {
    const { page } = await openLogin(browser, stage.shop)
    expect(await page.$$('#nod-login > *')).toHaveLength(1)
    await page.$eval('main', (main) => main.append(document.createElement('nod-login')))
    await expect.poll(() => page.$$('#nod-login > *')).toEqual([])
    await page.close()
  })

  test('it looks right to axe in each state, wide and narrow', async () => {
    const { page, panel } = await openElement(browser)
    const looks = async (name: string): Promise<void> => {
      expect(await faults(`element-${name}`, page)).toEqual([])
      await page.setViewport({ width: 360, height: 1100 })
      expect(await faults(`element-${name}-narrow`, page)).toEqual([])
      await page.setViewport(VIEWPORT)
    }
    const letters = await codeOf(panel)
    await looks('scan')
    const card = await askedOnPhone(letters)
    await numberOf(panel)
    await page.bringToFront()
    await looks('number')
    await card.bringToFront()
    await press(card, 'ask_deny')
    await panel.shows(new RegExp(said('qr_denied')))
    await page.bringToFront()
    await looks('denied')
    await page.$eval('nod-login', (element) => element.setAttribute('start', '/'))
    await panel.shows(new RegExp(LINK))
    await looks('link')
    await page.close()
  })
})
