/**
 * Passkeys in a real browser, with its virtual authenticator: added on the account's page, used in place of the password,
 * and asked for by a site with each approval.
 */
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { faults } from './harness/axe.ts'
import type { Authenticator, Profile } from './harness/profile.ts'
import { readCode } from './harness/read-code.ts'
import { claimByCode, greets } from './harness/scenes.ts'
import { ADA, Stage } from './harness/stage.ts'
import { fill, follow, linkTo, press, pressFor, reads, said, signIn, useGateway } from './harness/steps.ts'

let stage: Stage
let laptop: Profile
let phone: Profile
let page: Page
let authenticator: Authenticator

beforeAll(async () => {
  stage = await Stage.set()
  laptop = await stage.profile({ extension: false })
  phone = await stage.profile({ extension: false })
  page = await phone.open(`${stage.gateway.issuer}/account`)
  authenticator = await phone.authenticator(page)
})
afterAll(() => stage?.[Symbol.asyncDispose]())

const looks = async (name: string): Promise<void> => expect(await faults(name, page)).toEqual([])

test('a person adds a passkey and gives it a name', async () => {
  await reads(page, said('page_passkey_use'))
  await looks('account-sign-in')
  await signIn(page, ADA)
  await reads(page, said('page_passkeys_none'))
  await looks('account-empty')
  await fill(page, 'page_passkey_name', 'My phone')
  await press(page, 'page_passkey_add')
  await reads(page, 'My phone')
  expect(await authenticator.passkeys()).toHaveLength(1)
  await looks('account-passkey')
})

test('gives it another name in its place, and can leave it at that', async () => {
  await pressFor(page, 'rename', 'My phone')
  await looks('account-passkey-rename')
  await fill(page, 'passkey_new_name', 'Not this')
  await page.keyboard.press('Escape')
  await pressFor(page, 'rename', 'My phone')
  await fill(page, 'passkey_new_name', 'Blue phone')
  await page.keyboard.press('Enter')
  await reads(page, 'Blue phone')
  await reads(page, said('did_passkey_renamed', { device: 'Blue phone' }))
  await pressFor(page, 'rename', 'Blue phone')
  await fill(page, 'passkey_new_name', 'My phone')
  await press(page, 'save')
  await reads(page, said('did_passkey_renamed', { device: 'My phone' }))
})

test('and is told when there is one on that device already', async () => {
  await press(page, 'page_passkey_add')
  await reads(page, said('page_passkey_known'))
})

test('signs in with it, naming nobody', async () => {
  await press(page, 'page_sign_out')
  await press(page, 'page_passkey_use')
  await reads(page, said('page_signed_in_as', { account: ADA.username }))
  await reads(page, 'last used')
})

test('is not let in without the finger', async () => {
  await press(page, 'page_sign_out')
  await authenticator.knows(false)
  await press(page, 'page_passkey_use')
  await reads(page, said('page_passkey_none_used'))
  await authenticator.knows(true)
  await press(page, 'page_passkey_use')
  await reads(page, said('page_signed_in_as', { account: ADA.username }))
})

test('confirms an approval with it, where the site asks for that', async () => {
  const [client] = JSON.parse(await stage.gateway.nod(['client', 'list', '--json'])) as { client_id: string }[]
  await stage.gateway.nod(['client', 'update', client!.client_id, '--confirm', 'passkey'])
  const login = await laptop.open(`${stage.shop}/login`)
  await follow(login, 'Sign in with Nod')
  await reads(login, said('qr_scan'))
  await page.goto(await readCode(login))
  await press(page, 'page_enrol_accept')
  await reads(page, said('ask_passkey'))
  await looks('approve-passkey')

  await authenticator.knows(false)
  await press(page, 'ask_approve')
  await reads(page, said('page_passkey_none_used'))
  await authenticator.knows(true)
  await press(page, 'ask_approve')
  await reads(page, said('ask_done_approved'))
  await greets(login, ADA.name)
  await login.locator('::-p-aria([name="Sign out"][role="button"])').click()
  await reads(login, 'Sign in')
})

test('the popup, which can use no passkey of the gateway’s, goes on in a tab and follows what comes of it', async () => {
  const device = await stage.profile()
  await useGateway(device, stage.gateway.issuer)
  await linkTo(device, stage.gateway.issuer, ADA)
  const login = await laptop.open(`${stage.shop}/login`)
  await follow(login, 'Sign in with Nod')
  await reads(login, said('qr_scan'))
  const popup = await device.openPopup(await device.open(stage.shop))
  await claimByCode(popup, await login.$eval('.nod-code', (element) => element.textContent))
  await reads(popup, said('ask_passkey_elsewhere'))
  expect(await faults('popup-passkey', popup)).toEqual([])
  await press(popup, 'ask_elsewhere')
  const card = await device.tab((url) => url.startsWith(`${stage.gateway.issuer}/q`))
  await (await device.authenticator(card)).take(await authenticator.passkeys())
  await press(card, 'page_enrol_accept')
  await reads(card, said('ask_passkey'))
  await press(card, 'ask_approve')
  await reads(card, said('ask_done_approved'))
  await greets(login, ADA.name)

  // The popup may have gone with its focus; opened again, it shows what it would have shown.
  const again = popup.isClosed() ? await device.openPopup(card) : popup
  await again.waitForFunction(() => !document.querySelector('.nod-card-decide'))
  await login.locator('::-p-aria([name="Sign out"][role="button"])').click()
  await reads(login, 'Sign in')
})

test('and can say no by itself', async () => {
  const device = await stage.profile()
  await useGateway(device, stage.gateway.issuer)
  await linkTo(device, stage.gateway.issuer, ADA)
  const login = await laptop.open(`${stage.shop}/login`)
  await follow(login, 'Sign in with Nod')
  await reads(login, said('qr_scan'))
  const popup = await device.openPopup(await device.open(stage.shop))
  await claimByCode(popup, await login.$eval('.nod-code', (element) => element.textContent))
  await press(popup, 'ask_deny')
  await reads(popup, said('ask_done_denied'))
  await login.bringToFront()
  await reads(login, said('qr_denied'))
})

test('removes it; a password is left to sign in with', async () => {
  await page.bringToFront()
  await page.goto(`${stage.gateway.issuer}/account`)
  await reads(page, said('device_this'))
  await looks('account-devices')
  await pressFor(page, 'remove', 'My phone')
  await press(page, 'remove_sure')
  await reads(page, said('page_passkeys_none'))
})
