/** Logging out on a site's wish in a real browser: asked, refused, done, and led back; and in the site's language. */
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import zh_CN from '../../shared/locales/zh_CN.json' with { type: 'json' }
import { faults } from './harness/axe.ts'
import type { Profile } from './harness/profile.ts'
import { ADA, Stage } from './harness/stage.ts'
import { press, reads, said, signIn } from './harness/steps.ts'

const NAME = 'Tea house'

let stage: Stage
let browser: Profile
let client_id: string

beforeAll(async () => {
  stage = await Stage.set()
  browser = await stage.profile({ extension: false })
  const added = await stage.gateway.addClient([
    ...['--name', NAME, '--redirect-uri', `${stage.shop}/cb`, '--post-logout-redirect-uri', `${stage.shop}/`],
  ])
  client_id = added.client_id
})
afterAll(() => stage?.[Symbol.asyncDispose]())

const open = (path: string, params: Record<string, string> = {}): Promise<Page> =>
  browser.open(`${stage.gateway.issuer}${path}?${new URLSearchParams(params)}`)

const askToLogOut = () => open('/logout', { client_id, post_logout_redirect_uri: `${stage.shop}/`, state: 'x' })

test('a person says no, then yes, and goes back to the site', async () => {
  const page = await open('/sign-in')
  await signIn(page, ADA)
  await reads(page, said('page_sign_in_done'))

  const asked = await askToLogOut()
  await reads(asked, said('page_logout_ask_site', { site: NAME }))
  await reads(asked, ADA.username)
  expect(await faults('logout-ask', asked)).toEqual([])
  await press(asked, 'page_logout_no')
  await reads(asked, said('page_logout_kept'))
  expect(await faults('logout-kept', asked)).toEqual([])

  await asked.reload()
  await press(asked, 'page_sign_out')
  await asked.waitForFunction((shop) => location.href === `${shop}/?state=x`, {}, stage.shop)
  await page.reload()
  await reads(page, said('page_sign_in_submit'))
})

test('where nobody is signed in there is nothing to ask', async () => {
  const page = await askToLogOut()
  await reads(page, said('page_logout_nobody_hint', { host: new URL(stage.gateway.issuer).host }))
  expect(await faults('logout-nobody', page)).toEqual([])
  expect(await page.$eval('a', (link) => link.href)).toBe(`${stage.shop}/?state=x`)
})

test('a site’s language is the page’s, also where the sign-in cannot begin', async () => {
  const page = await open('/logout', { ui_locales: 'zh-CN en' })
  await reads(page, zh_CN.page_logout_done)
  expect(await page.$eval('html', (html) => html.lang)).toBe(zh_CN.locale_tag)
  const used = await open('/authorize', {
    client_id,
    request_uri: 'urn:ietf:params:oauth:request_uri:used',
    ui_locales: 'zh-CN',
  })
  await reads(used, zh_CN.page_error_used)
})

test('a logout that cannot be done is told as such', async () => {
  const page = await open('/logout', { client_id, post_logout_redirect_uri: 'https://evil.example/' })
  await reads(page, said('page_logout_failed_hint'))
  expect(await faults('logout-failed', page)).toEqual([])
})
