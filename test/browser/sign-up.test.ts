/** From an empty gateway to accounts: its one-use link makes the first, an invitation the next, in a real browser. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Gateway } from '../demo/gateway.ts'
import { freePort } from '../demo/ports.ts'
import { faults } from './harness/axe.ts'
import { openProfile } from './harness/browsers.ts'
import type { Profile } from './harness/profile.ts'
import { ADA } from './harness/stage.ts'
import { fill, press, reads, said } from './harness/steps.ts'

const end = new AsyncDisposableStack()
let gateway: Gateway
let browser: Profile
let page: Page

beforeAll(async () => {
  const data = await mkdtemp(join(tmpdir(), 'nod-test-'))
  end.defer(() => rm(data, { recursive: true, force: true }))
  gateway = new Gateway({ port: await freePort(), data, settings: { NOD_REGISTRATION: 'invite' } })
  end.defer(() => gateway.stop())
  await gateway.start()
  browser = await openProfile({ extension: false })
  end.defer(() => browser.close())
})
afterAll(() => end.disposeAsync())

const looks = async (name: string): Promise<void> => expect(await faults(name, page)).toEqual([])

async function fillIn({ username, name, password }: typeof ADA): Promise<void> {
  await fill(page, 'page_sign_in_username', username)
  await fill(page, 'page_sign_up_name', name)
  await fill(page, 'page_sign_in_password', password)
  await press(page, 'page_sign_up_submit')
}

test('an empty gateway prints the way to its first account', async () => {
  const printed = () => /http\S+\/sign-up#\S+/.exec(gateway.output.join(''))?.[0]
  await expect.poll(printed).toBeDefined()
  page = await browser.open(printed()!)
  await reads(page, said('page_sign_up_submit'))
  expect(page.url(), 'the invitation does not stay in the address bar').toBe(`${gateway.issuer}/sign-up`)
  await looks('sign-up')
  await fillIn({ ...ADA, password: 'short' })
  await reads(page, said('error_invalid_password'))
  await looks('sign-up-refused')
  await fillIn(ADA)
  await reads(page, said('page_sign_up_done'))
  await looks('sign-up-done')
  await page.goto(`${gateway.issuer}/sign-in`)
  await reads(page, said('page_sign_in_done_hint', { account: ADA.username, host: new URL(gateway.issuer).host }))
  await page.close()
})

test('an invitation makes one more, and who has none is told so', async () => {
  page = await browser.open(`${gateway.issuer}/sign-up`)
  await reads(page, said('page_sign_up_invite'))
  await looks('sign-up-no-invitation')
  const { link } = JSON.parse(await gateway.nod(['user', 'invite', '--json'])) as { link: string }
  // Into the page that is open: a browser does not load it anew for another fragment.
  await page.goto(link)
  await reads(page, said('page_sign_up_submit'))
  await fillIn(ADA)
  await reads(page, said('error_username_taken'))
  await fillIn({ ...ADA, username: 'bob' })
  await reads(page, said('page_sign_up_done_hint', { account: 'bob', host: new URL(gateway.issuer).host }))
  await page.close()
})
