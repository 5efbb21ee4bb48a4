/** Who goes away leaves nothing behind: no listener, no timer, no connection, however the line ended. */
import { once } from 'node:events'
import { type ClientRequest, request } from 'node:http'
import { expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import type { Claim } from '../../shared/protocol/messages.ts'
import { person, site, type WaitingPage, waitingPage } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

/** What this process holds open: the gateway's side of every line, and every timer. */
const held = () => process.getActiveResourcesInfo().filter((kind) => /Timeout|TCPSocketWrap/.test(kind)).length

const pathOf = ({ session }: WaitingPage) => `/v1/sessions/${session.session_id}`
const watch = ({ session }: WaitingPage) => JSON.stringify({ type: 'watch', poll_secret: session.poll_secret })

/** A held request on a connection of its own. */
function poll({ issuer }: TestGateway, page: WaitingPage): ClientRequest {
  const headers = { authorization: `Bearer ${page.session.poll_secret}` }
  const asked = request(`${issuer}${pathOf(page)}?after=1&wait=25`, { headers, agent: false })
  asked.on('error', () => {}).end()
  return asked
}

function socket({ issuer }: TestGateway, page: WaitingPage): WebSocket {
  return new WebSocket(`${issuer.replace('http', 'ws')}${pathOf(page)}/socket`, { origin: issuer }).on(
    'error',
    () => {},
  )
}

/** How a page can go, each at another moment of its wait. */
const WAYS: Record<string, (gateway: TestGateway, page: WaitingPage) => Promise<void>> = {
  async 'a held request is aborted'(gateway, page) {
    const asked = poll(gateway, page)
    await expect.poll(() => gateway.deps.hub.listeners(`session:${page.session.session_id}`)).toBe(1)
    asked.destroy()
  },
  async 'a request is aborted as soon as it is sent'(gateway, page) {
    const asked = poll(gateway, page)
    await once(asked, 'finish')
    asked.destroy()
  },
  async 'a socket is cut'(gateway, page) {
    const line = socket(gateway, page).on('open', () => line.send(watch(page)))
    await once(line, 'message')
    line.terminate()
  },
  async 'a socket is closed'(gateway, page) {
    const line = socket(gateway, page).on('open', () => line.send(watch(page)))
    await once(line, 'message')
    line.close()
  },
  async 'a socket is cut before it has said anything'(gateway, page) {
    const line = socket(gateway, page)
    await once(line, 'open')
    line.terminate()
  },
  async 'a socket is cut right after its question'(gateway, page) {
    const line = socket(gateway, page)
    await once(line, 'open')
    line.send(watch(page), () => line.terminate())
  },
  async 'an upgrade is cut'(gateway, page) {
    const line = socket(gateway, page)
    await Promise.race([once(line, 'upgrade'), once(line, 'open')])
    line.terminate()
  },
}

it('a page that goes away in any way, five hundred times (G92)', async () => {
  const gateway = await startTestGateway()
  const shop = await site(gateway)
  const pages = await Promise.all(Array.from({ length: 20 }, () => waitingPage(gateway, shop)))
  const ways = Object.values(WAYS)
  const goAll = () => Promise.all(Array.from({ length: 50 }, (_, i) => ways[i % ways.length]!(gateway, pages[i % 20]!)))
  await goAll()
  const { hub } = gateway.deps
  await expect.poll(() => hub.kept()).toBe(0)
  await expect.poll(held, { timeout: 5000 }).toBeLessThan(100)
  const before = held()
  for (let round = 0; round < 10; round++) await goAll()
  await expect.poll(() => [hub.size(), hub.kept()]).toEqual([0, 0])
  await expect.poll(held, { timeout: 10_000 }).toBeLessThan(before + 20)
}, 60_000)

it('a session that is answered frees what looked after its page', async () => {
  const gateway = await startTestGateway()
  const ada = await person(gateway)
  const page = await waitingPage(gateway, await site(gateway))
  const line = socket(gateway, page).on('open', () => line.send(watch(page)))
  onTestFinished(() => line.terminate())
  await once(line, 'message')
  const claim = (await (await ada.claim({ ticket: await page.ticket() })).json()) as Claim
  const { hub, presence } = gateway.deps
  expect([hub.kept(), presence.size()], 'the topic, its observer, the slot').toEqual([3, 1])
  await ada.send(claim.claim_id, await ada.sign(claim, 'deny'))
  await once(line, 'close')
  await expect.poll(() => [hub.kept(), presence.size()]).toEqual([0, 0])
})
