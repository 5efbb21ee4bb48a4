/**
 * One browser that answers for several accounts at several gateways: each code is answered by the account that is shown,
 * another one can be chosen before it is taken, and nothing is added or mixed up because somebody's code says so.
 */
import type { Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Device, enrolDevice } from '../bench/device.ts'
import type { Client } from '../demo/gateway.ts'
import { faults } from './harness/axe.ts'
import { kept, tokensOf } from './harness/background.ts'
import { addSite, askFor, type BarePage } from './harness/bare-page.ts'
import type { Profile } from './harness/profile.ts'
import { approve } from './harness/scenes.ts'
import { ADA, type Person, Stage } from './harness/stage.ts'
import { addGateway, fill, linkAnother, linkTo, press, pressFor, reads, said, useGateway } from './harness/steps.ts'

const SITE = 'https://shop.example'
const BOB: Person = { username: 'bob', name: 'Bob Cox', password: 'tangerine battery horse staple' }

let here: Stage
let there: Stage
let browser: Profile
let behind: Page
let popup: Page
const clients = new Map<Stage, Client>()

beforeAll(async () => {
  here = await Stage.set()
  there = await Stage.set()
  await here.gateway.addUser(BOB.username, BOB.name, BOB.password)
  for (const stage of [here, there]) clients.set(stage, await addSite(stage.gateway, 'Shop', SITE))
  browser = await here.profile()
  await useGateway(browser, here.gateway.issuer)
  await linkTo(browser, here.gateway.issuer, ADA)
  behind = await browser.open(here.shop)
})
afterAll(async () => {
  await here?.[Symbol.asyncDispose]()
  await there?.[Symbol.asyncDispose]()
})
afterEach(async () => {
  if (popup?.isClosed() === false) await popup.close().catch(() => {})
})

const begin = (stage: Stage): Promise<BarePage> => askFor(stage.gateway, clients.get(stage)!, SITE)
const hostOf = (stage: Stage): string => new URL(stage.gateway.issuer).host

/** A person and their gateway, as the extension names them. */
const named = ({ name, username }: Person, stage: Stage): string =>
  said('account_at', { account: `${name} (${username})`, gateway: hostOf(stage) })

async function open(): Promise<void> {
  popup = await browser.openPopup(behind)
  await reads(popup, said('popup_nothing'))
}

async function enter(text: string): Promise<void> {
  await press(popup, 'popup_enter_code')
  await fill(popup, 'code_label', text)
  await press(popup, 'code_submit')
}

/** Chooses whom the next code is for. */
async function choose(name: string): Promise<void> {
  const found = () =>
    popup.evaluate((name) => [...document.querySelectorAll('option')].find(({ text }) => text === name)?.value, name)
  // The choice comes back once what was shown before it is closed.
  await expect.poll(found, { timeout: 15_000 }).toBeTruthy()
  await popup.select('select', (await found())!)
}

const asksFor = (name: string): Promise<void> => reads(popup, said('ask_as', { account: name }))

/** Approves, and answers whose device the gateway says it was. */
async function answered(page: BarePage, by: Device, stage: Stage): Promise<boolean> {
  await approve(popup, (await page.view()).match_number!)
  await reads(popup, said('ask_done_approved'))
  expect((await page.view()).state).toBe('approved')
  const { activity } = await (await fetch(`${stage.gateway.issuer}/v1/activity`, { headers: by.headers })).json()
  const { session_id } = await page.view()
  return activity.some(
    (one: { type: string; session_id?: string }) => one.type === 'approved' && one.session_id === session_id,
  )
}

test('a browser that was linked by an earlier version stays linked after the update', async () => {
  const [token = 'none'] = await tokensOf(browser)
  await browser.background.evaluate(asBefore)
  expect(JSON.stringify((await kept(browser)).local)).toContain(token)
  expect(await tokensOf(browser)).toEqual([])
  await browser.killWorker()
  await open()
  await reads(popup, said('account_for', { account: named(ADA, here) }))
  await expect.poll(async () => JSON.stringify((await kept(browser)).local)).not.toContain(token)
  expect(await tokensOf(browser)).toEqual([token])
  const { local } = await kept(browser)
  expect(local).toMatchObject({
    gateways: [{ issuer: here.gateway.issuer }],
    accounts: [{ account_id: 'device', username: ADA.username }],
  })
  expect(Object.keys(local)).not.toContain('account')

  const page = await begin(here)
  await enter(page.user_code)
  await asksFor(named(ADA, here))
  const ada = await enrolDevice(here.gateway.issuer, ADA.username, ADA.password)
  expect(await answered(page, ada, here)).toBe(true)
  await press(popup, 'close')
})

describe('with three accounts at two gateways', () => {
  let ada: Device
  let bob: Device
  let far: Device

  beforeAll(async () => {
    await addGateway(browser, there.gateway.issuer)
    await linkTo(browser, there.gateway.issuer, ADA)
    await linkAnother(browser, here.gateway.issuer, BOB)
    ada = await enrolDevice(here.gateway.issuer, ADA.username, ADA.password)
    bob = await enrolDevice(here.gateway.issuer, BOB.username, BOB.password)
    far = await enrolDevice(there.gateway.issuer, ADA.username, ADA.password)
  })

  test('letters are answered by the default account, or by the one that is chosen (X23)', async () => {
    await open()
    expect(await faults('popup-several', popup)).toEqual([])
    const first = await begin(here)
    await enter(first.user_code)
    await asksFor(named(ADA, here))
    expect(await answered(first, ada, here)).toBe(true)
    await reads(popup, named(ADA, here))
    await press(popup, 'close')

    const second = await begin(here)
    await choose(named(BOB, here))
    await enter(second.user_code)
    await asksFor(named(BOB, here))
    expect(await answered(second, bob, here)).toBe(true)
    await press(popup, 'close')
  })

  test('a code is answered at the gateway that it names, whoever is chosen (X23)', async () => {
    await open()
    await choose(named(BOB, here))
    const page = await begin(there)
    await enter(await page.link())
    await asksFor(named(ADA, there))
    // A link may have been sent by somebody, so it is asked about first.
    await press(popup, 'ask_sure_yes')
    expect(await answered(page, far, there)).toBe(true)
    await press(popup, 'close')
  })

  test('requests of all of them are counted, shown and told, each with its account', async () => {
    await open()
    await bob.claim({ user_code: (await begin(here)).user_code })
    await far.claim({ user_code: (await begin(there)).user_code })
    await asksFor(named(BOB, here))
    await asksFor(named(ADA, there))
    await expect.poll(() => browser.badge()).toBe('2')
    expect(await faults('popup-two-requests', popup)).toEqual([])
    await press(popup, 'ask_deny')
    await expect.poll(() => browser.badge()).toBe('1')
    await popup.evaluate((deny) => {
      for (const button of document.querySelectorAll('button')) if (button.innerText === deny) button.click()
    }, said('ask_deny'))
    await expect.poll(() => browser.badge()).toBe('')
  })

  test('the devices are those of the account that is chosen', async () => {
    await open()
    await choose(named(BOB, here))
    await press(popup, 'popup_devices')
    await reads(popup, said('device_this'))
    const { overview } = (await kept(browser)).session as { overview?: { account_id: string; devices: object[] } }
    const account = (await kept(browser)).local.accounts!.find(({ username }) => username === BOB.username)
    expect(overview).toMatchObject({ account_id: account!.account_id })
    expect(overview!.devices).toHaveLength(2)
  })

  test('another one can be made the default, and one that is unlinked elsewhere says so and how to mend it', async () => {
    const options = await browser.openOwn('options.html')
    const bobs = `${BOB.name} (${BOB.username})`
    await pressFor(options, 'options_make_default', bobs)
    await expect.poll(async () => (await kept(browser)).local.accounts![0]!.username).toBe(BOB.username)
    expect(await faults('options-several', options)).toEqual([])

    const { device_id } = (await kept(browser)).local.accounts![0]!
    const url = `${here.gateway.issuer}/v1/devices/${device_id}`
    expect((await fetch(url, { method: 'DELETE', headers: bob.headers })).ok).toBe(true)
    await open()
    await reads(options, said('options_link_again'))
    await popup.close()
    await options.bringToFront()
    expect(await faults('options-link-ended', options)).toEqual([])
    await pressFor(options, 'options_link_dismiss', bobs)
    await expect.poll(async () => (await kept(browser)).local.ended).toEqual([])
    await options.close()
  })

  test('a gateway that is removed is gone with its accounts, and its codes only offer to add it', async () => {
    const options = await browser.openOwn('options.html')
    await pressFor(options, 'options_gateway_remove', hostOf(there))
    await press(options, 'options_gateway_remove_sure')
    await expect.poll(async () => (await kept(browser)).local.gateways?.length).toBe(1)
    await options.close()
    const left = (await kept(browser)).local
    expect(left.accounts!.map(({ issuer }) => issuer)).toEqual([here.gateway.issuer])

    await open()
    const page = await begin(there)
    await enter(await page.link())
    await reads(popup, there.gateway.issuer)
    expect(await faults('popup-other-gateway', popup)).toEqual([])
    expect((await page.view()).state).toBe('pending')
    await press(popup, 'popup_other_gateway_add')
    const settings = await browser.tab((url) => url.includes('options.html#'))
    await reads(settings, said('options_gateway_from_code'))
    expect(await faults('options-from-code', settings)).toEqual([])
    const value = await settings.evaluate(() => document.querySelector<HTMLInputElement>('input[type=text]')?.value)
    expect(value).toBe(there.gateway.issuer)
    expect((await kept(browser)).local.gateways).toHaveLength(1)
    await settings.close()
  })
})

interface Kept {
  gateways: { issuer: string; sites: object[] }[]
  accounts: { account_id?: string; issuer: string }[]
}

/** Puts what is kept into the form that it had when there was one gateway and one account. */
async function asBefore(): Promise<void> {
  const { gateways, accounts } = await chrome.storage.local.get(null)
  const { account_id, ...account } = accounts[0]!
  const { issuer, sites } = gateways[0]!
  const database = await new Promise<IDBDatabase>((done) => {
    const opening = indexedDB.open('nod')
    opening.onsuccess = () => done(opening.result)
  })
  const keys = database.transaction('keys', 'readwrite').objectStore('keys')
  const device_token = await new Promise<string>((done) => {
    const reading = keys.get(account_id!)
    reading.onsuccess = () => {
      const { token, ...key } = reading.result
      keys.put(key, 'device')
      keys.delete(account_id!).onsuccess = () => done(token)
    }
  })
  database.close()
  await chrome.storage.local.clear()
  await chrome.storage.local.set({
    gateway: { issuer },
    account: { ...account, device_token },
    account_ended: null,
    sites,
    enabled: [],
  })
}

declare const chrome: {
  storage: { local: { get(key: null): Promise<Kept>; set(what: object): Promise<void>; clear(): Promise<void> } }
}
