/** The steps that most browser tests are made of: a login page that shows a code, and a device that answers it. */
import type { Page } from 'puppeteer-core'
import { SHOP_NAME } from '../../demo/shop.ts'
import type { Profile } from './profile.ts'
import { ADA, type Stage } from './stage.ts'
import { fill, linkTo, press, reads, said, switchOn, useGateway } from './steps.ts'
import { Widget } from './widget.ts'

/** One browser in which the shop shows codes, and another that is linked to Ada's account. */
export async function readyBoth(stage: Stage, laptop: Profile, device: Profile): Promise<void> {
  for (const profile of [laptop, device]) await useGateway(profile, stage.gateway.issuer)
  await switchOn(laptop, SHOP_NAME)
  await linkTo(device, stage.gateway.issuer, ADA)
}

/** Opens the shop's login page and waits until the widget shows a code. */
export async function openLogin(profile: Profile, shop: string): Promise<Widget> {
  const widget = new Widget(await profile.open(`${shop}/login`))
  await widget.shows(CODE)
  return widget
}

const CODE = /\b[B-Z]{4}-[B-Z]{4}\b/
const NUMBER = new RegExp(`(\\d{2})\\s+${said('qr_claimed_number')}`)

type Showing = Pick<Widget, 'shows'>

/** The letters below the QR code. */
export const codeOf = async (panel: Showing): Promise<string> => (await panel.shows(CODE))[0]

/** The number that the page shows once its code was taken. */
export const numberOf = async (panel: Showing): Promise<string> => (await panel.shows(NUMBER))[1]!

/** Types the letters into the popup and waits for the card that asks. */
export async function claimByCode(popup: Page, code: string): Promise<void> {
  await press(popup, 'popup_enter_code')
  await fill(popup, 'code_label', code)
  await press(popup, 'code_submit')
  await reads(popup, said('ask_title'))
}

export async function approve(card: Page, number: string): Promise<void> {
  await fill(card, 'ask_number', number)
  await press(card, 'ask_approve')
}

/** Waits until the shop greets this person in the tab that showed the code. */
export const greets = (page: Page, name: string): Promise<void> => reads(page, `Welcome, ${name}`)
