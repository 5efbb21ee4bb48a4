/**
 * What a person does with the extension and the hosted pages, by the names that people see: press this, type that. The
 * names come from the catalogue, so a better wording breaks no test.
 */
import type { Locator, Page } from 'puppeteer-core'
import en from '../../../shared/locales/en.json' with { type: 'json' }
import type { Profile } from './profile.ts'

export type Key = keyof typeof en

/** A text of the catalogue with its places filled. */
export const said = (key: Key, values: Record<string, string> = {}): string =>
  en[key].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? `{${name}}`)

/** Milliseconds: how long anything may take to appear. */
const PATIENCE = 15_000

/** Who waits in vain is told what the page said instead. */
async function orTell<T>(page: Page, what: string, waiting: Promise<T>): Promise<T> {
  try {
    return await waiting
  } catch (error) {
    const says = await page.evaluate(() => document.body.innerText).catch(() => 'nothing: it is gone')
    throw new Error(`${what} did not appear on ${page.url()}, which says:\n${says}`, { cause: error })
  }
}

/** The element with this role and accessible name, waited for until it can be used. */
function act(page: Page, role: string, key: Key, doing: (element: Locator<Element>) => Promise<void>): Promise<void> {
  const element = page.locator(`::-p-aria([name="${said(key)}"][role="${role}"])`).setTimeout(PATIENCE)
  return orTell(page, `the ${role} "${said(key)}"`, doing(element))
}

export const press = (page: Page, key: Key): Promise<void> => act(page, 'button', key, (button) => button.click())

export const fill = (page: Page, key: Key, text: string): Promise<void> =>
  act(page, 'textbox', key, (field) => field.fill(text))

/** Waits until the page says this. */
export async function reads(page: Page, text: string): Promise<void> {
  const found = page.waitForFunction(
    (text) => document.body.innerText.includes(text),
    { polling: 50, timeout: PATIENCE },
    text,
  )
  await orTell(page, `"${text}"`, found)
}

export interface Credentials {
  username: string
  password: string
}

/** On a hosted page that asks who is there. */
export async function signIn(page: Page, { username, password }: Credentials): Promise<void> {
  await fill(page, 'page_sign_in_username', username)
  await fill(page, 'page_sign_in_password', password)
  await press(page, 'page_sign_in_submit')
}

/** Tells the extension which gateway it belongs to; answers its options page. */
export async function useGateway(profile: Profile, issuer: string): Promise<Page> {
  await profile.allow('http://localhost/*', 'http://127.0.0.1/*')
  const options = await profile.openOwn('options.html')
  await fill(options, 'options_gateway_address', issuer)
  await press(options, 'options_gateway_use')
  await reads(options, said('options_link'))
  return options
}

/** The whole ceremony: options page, sign-in, comparing the words, accepting. */
export async function linkTo(profile: Profile, issuer: string, person: Credentials): Promise<void> {
  const options = await useGateway(profile, issuer)
  await press(options, 'popup_link')
  const page = await profile.tab((url) => url.startsWith(`${issuer}/link`))
  await signIn(page, person)
  await press(page, 'page_link_accept')
  await reads(page, said('page_link_accepted'))
  await options.bringToFront()
  await reads(options, said('options_unlink'))
  await page.close()
  await options.close()
}

/** Lets the extension into this site's login page. */
export async function switchOn(profile: Profile, issuer: string, site: string): Promise<void> {
  const options = await useGateway(profile, issuer)
  const control = options.locator(`::-p-aria([role="switch"])`)
  await reads(options, site)
  await control.click()
  await options.waitForFunction(() => document.querySelector<HTMLInputElement>('[role=switch]')?.checked === true)
  await options.close()
}
