/**
 * A site with policies, as people meet them: a login page that only a linked browser may start, a stranger who is shown
 * its code, a page outside of the site's networks. The real extension, and the gateway's own pages.
 */
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SHOP_NAME } from '../demo/shop.ts'
import { faults } from './harness/axe.ts'
import type { Profile } from './harness/profile.ts'
import { approve, claimByCode, codeOf, greets, numberOf, openLogin } from './harness/scenes.ts'
import { ADA, type Person, Stage } from './harness/stage.ts'
import { fill, follow, linkTo, press, reads, said, switchOn, useGateway } from './harness/steps.ts'
import { Widget } from './harness/widget.ts'

const EVE: Person = { username: 'eve', name: 'Eve', password: 'another battery staple' }

let stage: Stage
let laptop: Profile
let stranger: Profile

beforeAll(async () => {
  stage = await Stage.set()
  await stage.gateway.addUser(EVE.username, EVE.name, EVE.password)
  laptop = await stage.profile()
  stranger = await stage.profile()
  for (const profile of [laptop, stranger]) await useGateway(profile, stage.gateway.issuer)
  await switchOn(laptop, SHOP_NAME)
  await linkTo(stranger, stage.gateway.issuer, EVE)
})
afterAll(() => stage?.[Symbol.asyncDispose]())

const lay = (...flags: string[]) => stage.gateway.nod(['client', 'update', SHOP_NAME, ...flags])
const shown = (key: Parameters<typeof said>[0]): RegExp => new RegExp(said(key))

/** The gateway's own page for the same sign-in, which has to say no. */
async function hostedSays(key: Parameters<typeof said>[0], name: string): Promise<void> {
  const page: Page = await laptop.open(`${stage.shop}/login`)
  await follow(page, 'Sign in with Nod')
  await reads(page, said(key))
  expect(new URL(page.url()).origin).toBe(stage.gateway.issuer)
  expect(await faults(name, page)).toEqual([])
  await page.close()
}

test('a site for linked browsers: no code in one that is not, neither in its page nor at the gateway (RFC 10027 §6.1.7)', async () => {
  await lay('--initiator', 'extension')
  const widget = new Widget(await laptop.open(`${stage.shop}/login`))
  await widget.shows(shown('error_extension_required'))
  expect(await faults('widget-extension-required', widget.page)).toEqual([])
  await widget.page.close()
  await hostedSays('error_extension_required', 'authorize-extension-required')
})

test('once it is linked there is a code, which is of no use to a stranger, and signs its own person in (RFC 10027 §6.1.15)', async () => {
  await linkTo(laptop, stage.gateway.issuer, ADA)
  const widget = await openLogin(laptop, stage.shop)
  const code = await codeOf(widget)

  const popup = await stranger.openPopup(await stranger.open(stage.shop))
  await press(popup, 'popup_enter_code')
  await fill(popup, 'code_label', code)
  await press(popup, 'code_submit')
  await reads(popup, said('error_wrong_account'))
  expect(await faults('popup-wrong-account', popup)).toEqual([])
  const hosted = await stranger.open(`${stage.gateway.issuer}/code`)
  await press(hosted, 'page_enrol_accept')
  await fill(hosted, 'code_label', code)
  await press(hosted, 'code_submit')
  await reads(hosted, said('error_wrong_account'))
  expect(await faults('code-wrong-account', hosted)).toEqual([])

  const own = await laptop.openPopup(widget.page)
  await claimByCode(own, code)
  await approve(own, await numberOf(widget))
  await greets(widget.page, ADA.name)
  await widget.page.locator('::-p-aria([name="Sign out"][role="button"])').click()
})

test('a site of certain networks says so to a page elsewhere', async () => {
  await lay('--initiator', 'any', '--allowed-network', '192.0.2.0/24')
  const widget = new Widget(await laptop.open(`${stage.shop}/login`))
  await widget.shows(shown('error_network_not_allowed'))
  await hostedSays('error_network_not_allowed', 'authorize-network')
})
