/** SIGTERM while people sign in and pages wait (F09). */
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { judge } from './kills.ts'
import { type Lab, openLab } from './lab.ts'
import { openPage, type Page } from './page.ts'
import { pause } from './pause.ts'
import { type Plan, signIn } from './sign-in.ts'

const PLAN: Plan = { grant: 'code', way: 'poll', rival: false, answer: 'approve', revoke: true }

/** A request of which the gateway has the head and half of the body. */
function halfSent(lab: Lab): { finish(): Promise<{ status: number; body: string }> } {
  const form = new URLSearchParams({ ...lab.television, scope: 'openid' }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': form.length }
  const sending = request(`${lab.issuer}/device_authorization`, { method: 'POST', headers })
  sending.write(form.slice(0, 10))
  const answered = new Promise<{ status: number; body: string }>((resolve, reject) => {
    sending.once('error', reject)
    sending.once('response', async (answer) => resolve({ status: answer.statusCode!, body: await text(answer) }))
  })
  return {
    finish() {
      sending.end(form.slice(10))
      return answered
    },
  }
}

/** The code with which a page's socket is closed. */
async function socketOf(lab: Lab, { session_id, poll_secret }: Page): Promise<{ closed: Promise<number> }> {
  const socket = new WebSocket(`${lab.issuer.replace('http', 'ws')}/v1/sessions/${session_id}/socket`)
  const closed = new Promise<number>((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)))
  await new Promise((resolve) => socket.addEventListener('open', resolve))
  socket.send(JSON.stringify({ type: 'watch', poll_secret }))
  await new Promise((resolve) => socket.addEventListener('message', resolve))
  return { closed }
}

it('lets what is under way finish, tells who waits to come back, and ends with 0 within ten seconds (F09)', async () => {
  await using lab = await openLab()
  const pages = await Promise.all(Array.from({ length: 20 }, () => openPage(lab, 'waits', 'code', 'poll')))
  for (const page of pages) page!.close()
  const sockets = await Promise.all(pages.slice(0, 10).map((page) => socketOf(lab, page!)))
  const polls = pages.slice(10).map((page) =>
    fetch(`${lab.issuer}/v1/sessions/${page!.session_id}?after=1&wait=25`, {
      headers: { authorization: `Bearer ${page!.poll_secret}` },
    }).then(({ status }) => status),
  )
  let over = false
  const busy = Array.from({ length: 4 }, async (_, i) => {
    while (!over) await signIn(lab, `client ${i}`, PLAN)
  })
  const under_way = Array.from({ length: 5 }, () => halfSent(lab))
  await pause(1000)

  const start = performance.now()
  const stopped = lab.gateway.stop('SIGTERM')
  await pause(500)
  const finished = await Promise.all(under_way.map((each) => each.finish()))
  await stopped
  const took = performance.now() - start
  expect(await lab.gateway.ended()).toEqual({ code: 0, signal: null })
  expect(took).toBeLessThan(10_000)
  expect(finished.map(({ status }) => status)).toEqual(finished.map(() => 200))
  expect(await Promise.all(sockets.map(({ closed }) => closed))).toEqual(sockets.map(() => 1012))
  expect(await Promise.all(polls)).toEqual(polls.map(() => 200))

  over = true
  await lab.gateway.start()
  await Promise.all(busy)
  expect(await judge(lab)).toMatchObject({ lost: [], broken: [] })
}, 180_000)
