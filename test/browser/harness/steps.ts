/**
 * What a person does with the extension and the hosted pages, by the names that people see: press this, type that. The
 * names come from the catalogue, so a better wording breaks no test.
 */
import type { Locator, Page } from 'puppeteer-core'
import en from '../../../shared/locales/en.json' with { type: 'json' }
import zh_CN from '../../../shared/locales/zh_CN.json' with { type: 'json' }
import { LANGUAGE, type Profile } from './profile.ts'

export type Key = keyof typeof en

const SPOKEN: Record<Key, string> = LANGUAGE === 'zh-CN' ? zh_CN : en

/** A text of the catalogue with its places filled. */
export const said = (key: Key, values: Record<string, string> = {}): string =>
  SPOKEN[key].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? `{${name}}`)

/** Milliseconds: how long anything may take to appear, and how often a tab in the background is asked. */
const PATIENCE = 25_000
const POLLING = { polling: 50, timeout: PATIENCE }

/** Who waits in vain is told what the page said instead. */
async function orTell<T>(page: Page, what: string, waiting: Promise<T>): Promise<T> {
  try {
    return await waiting
  } catch (error) {
    const says = await page.evaluate(() => document.body.innerText).catch(() => 'nothing: it is gone')
    throw new Error(`${what} did not appear on ${page.url()}, which says:\n${says}`, { cause: error })
  }
}

type Act = (element: Locator<Element>) => Promise<void>

/** Does it once the element is there, in sight, and can be used. */
const act = (page: Page, what: string, selector: string, doing: Act): Promise<void> =>
  orTell(page, what, doing(page.locator(selector).setTimeout(PATIENCE)))

const named = (role: string, name: string): string => `::-p-aria([name="${name}"][role="${role}"])`

/** What can be written into. A password has no role of its own (HTML-AAM), and some browsers give it none. */
const field = (name: string): string => `${named('textbox', name)}, input[type="password"]::-p-aria([name="${name}"])`

/** Selects a button by its name, or by the first line of what it says. */
export const button = (key: Key): string => `${named('button', said(key))}, button ::-p-text(${said(key)})`

export const press = (page: Page, key: Key): Promise<void> =>
  act(page, `the button "${said(key)}"`, button(key), (found) => found.click())

/** One of several buttons that say the same, by what it would be done to. */
export const pressFor = (page: Page, key: Key, name: string): Promise<void> => {
  const label = said('two_step_named', { label: said(key), name })
  return act(page, `the button "${label}"`, named('button', label), (button) => button.click())
}

export const follow = (page: Page, name: string): Promise<void> =>
  act(page, `the link "${name}"`, named('link', name), (link) => link.click())

export const fill = (page: Page, key: Key, text: string): Promise<void> =>
  act(page, `the field "${said(key)}"`, field(said(key)), (field) => field.fill(text))

/** Waits until the page says this. */
export async function reads(page: Page, text: string): Promise<void> {
  const found = page.waitForFunction((text) => document.body.innerText.includes(text), POLLING, text)
  await orTell(page, `"${text}"`, found)
}

/** Back to the page before. The library's own way waits for it to be loaded, which a page that was kept never is. */
export async function goBack(page: Page): Promise<void> {
  const here = () => page.evaluate(() => (document.readyState === 'complete' ? location.href : '')).catch(() => '')
  const left = await here()
  await page.evaluate(() => history.back())
  const deadline = Date.now() + PATIENCE
  while (['', left].includes(await here())) {
    if (Date.now() > deadline) throw new Error(`there is no way back from ${left}`)
    await new Promise((done) => setTimeout(done, POLLING.polling))
  }
}

/** Looks at the page anew, again and again, until that leads to this path of its site. */
export async function reloadsTo(page: Page, path: string): Promise<void> {
  const deadline = Date.now() + PATIENCE
  do {
    await page.reload()
    if (new URL(page.url()).pathname === path) return
  } while (Date.now() < deadline)
  throw new Error(`${page.url()} does not lead to ${path}`)
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

/** Tells the extension which gateway it belongs to, and the browser that it may talk to it. */
export async function useGateway(profile: Profile, issuer: string): Promise<void> {
  await profile.allow('http://localhost/*', 'http://127.0.0.1/*')
  const options = await profile.openOwn('options.html')
  await fill(options, 'options_gateway_address', issuer)
  await press(options, 'options_gateway_use')
  await reads(options, said('options_link'))
  await options.close()
}

/** Beside those that it has. */
export async function addGateway(profile: Profile, issuer: string): Promise<void> {
  const options = await profile.openOwn('options.html')
  await press(options, 'options_gateway_another')
  await fill(options, 'options_gateway_address', issuer)
  await press(options, 'options_gateway_add')
  await reads(options, new URL(issuer).host)
  await options.close()
}

/** The whole ceremony: options page, sign-in, comparing the words, accepting. */
export const linkTo = (profile: Profile, issuer: string, person: Credentials): Promise<void> =>
  link(profile, issuer, person, 'popup_link')

/** Beside the accounts that it has there. */
export const linkAnother = (profile: Profile, issuer: string, person: Credentials): Promise<void> =>
  link(profile, issuer, person, 'options_link_another')

async function link(profile: Profile, issuer: string, person: Credentials, button: Key): Promise<void> {
  const options = await profile.openOwn('options.html')
  await pressFor(options, button, new URL(issuer).host)
  const page = await profile.tab((url) => url.startsWith(`${issuer}/link`))
  await signIn(page, person)
  await press(page, 'page_link_accept')
  await reads(page, said('page_link_accepted'))
  await options.bringToFront()
  await reads(options, person.username)
  await page.close()
  await options.close()
}

/** Lets the extension into the login pages of this site. */
export async function switchOn(profile: Profile, site: string): Promise<void> {
  const options = await profile.openOwn('options.html')
  const id = await options.waitForFunction(
    (site) => [...document.querySelectorAll('label')].find((label) => label.innerText.startsWith(site))?.htmlFor,
    POLLING,
    site,
  )
  const box = `[id="${await id.jsonValue()}"]`
  await options.locator(box).click()
  await options.waitForFunction((box) => document.querySelector<HTMLInputElement>(box)?.checked, POLLING, box)
  await options.close()
}
