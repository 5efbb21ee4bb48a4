/** A gateway whose wall clock jumps (F19), and approvers whose clocks are wrong (F20). */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { claim, decide } from '../../shared/client/approver.ts'
import type { SessionCreated } from '../../shared/protocol/session-messages.ts'
import { extension, reader } from '../gateway/linking.ts'
import { site, waitingPage } from '../gateway/people.ts'
import { startTestGateway, testClock } from '../gateway/support.ts'
import { fakeClock, findFaketime } from './faketime.ts'
import { acknowledged } from './history.ts'
import { type Lab, openLab } from './lab.ts'
import { openPage, type Page } from './page.ts'
import { type Plan, signIn } from './sign-in.ts'

const PLAN: Plan = { grant: 'code', way: 'poll', rival: false, answer: 'approve', revoke: false }
const HOUR = 3600

const library = findFaketime()
if (!library) console.warn('F19 is skipped: there is no libfaketime, install the package faketime')

const viewOf = async (lab: Lab, { session_id, poll_secret }: Page) => {
  const headers = { authorization: `Bearer ${poll_secret}` }
  const answer = await fetch(`${lab.issuer}/v1/sessions/${session_id}`, { headers })
  return (await answer.json()) as { now: number; state: string; expires_at: number }
}

const userinfo = async (lab: Lab, access_token: unknown): Promise<number> =>
  (await fetch(`${lab.issuer}/userinfo`, { headers: { authorization: `Bearer ${access_token}` } })).status

describe.skipIf(!library)('a gateway whose clock is set', () => {
  it('back or on by an hour or a day revives nothing and extends nothing (F19)', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nod-clock-'))
    const clock = fakeClock(library!, join(folder, 'offset'))
    await using lab = await openLab({ settings: clock.env })
    const told = (op: string) => lab.history.exchanges.findLast((one) => one.op === op && acknowledged(one))!.told
    const begin = async () => (await openPage(lab, 'waits', 'code', 'poll'))!
    const before = await begin()
    const { now: start, expires_at } = await viewOf(lab, before)
    expect(Math.abs(start - Date.now() / 1000)).toBeLessThan(10)
    expect(await signIn(lab, 'before', PLAN)).toBe(true)
    const { access_token } = told('redeem')

    clock.set('-1h')
    expect((await viewOf(lab, before)).now).toBeGreaterThanOrEqual(start)
    expect((await viewOf(lab, before)).expires_at).toBe(expires_at)
    const during = await begin()
    const { now, created_at, ...made } = told('create') as unknown as SessionCreated
    expect(now).toBeGreaterThanOrEqual(start)
    expect(made.expires_at - created_at).toBe(180)
    expect(await signIn(lab, 'an hour back', PLAN)).toBe(true)
    const id_token = JSON.parse(Buffer.from(String(told('redeem').id_token).split('.')[1]!, 'base64url').toString())
    expect(Math.abs(id_token.iat - Date.now() / 1000)).toBeLessThan(60)

    clock.set('+1h')
    for (const page of [before, during]) expect((await viewOf(lab, page)).state).toBe('expired')
    expect(await userinfo(lab, access_token)).toBe(401)

    clock.set('+0')
    for (const page of [before, during]) expect((await viewOf(lab, page)).state).toBe('expired')
    expect(await userinfo(lab, access_token)).toBe(401)
    expect((await viewOf(lab, before)).now).toBeGreaterThanOrEqual(start + HOUR)

    clock.set('+1d')
    const after = await begin()
    expect((await viewOf(lab, after)).now).toBeGreaterThanOrEqual(start + 24 * HOUR)
    expect((await viewOf(lab, after)).state).toBe('pending')
    for (const page of [before, during, after]) page.close()
    rmSync(folder, { recursive: true })
  }, 120_000)
})

describe('an approver whose clock is wrong', () => {
  it.each([-600, 600])('by %i seconds decides all the same (F20)', async (skew) => {
    const gateway = await startTestGateway({}, { clock: testClock(Math.floor(Date.now() / 1000) + skew) })
    const [ada, linking] = [await reader(gateway), await extension(gateway)]
    expect((await ada.answer(linking.link.link_id, 'accept')).status).toBe(200)
    const { device_id, device_token } = await linking.view()
    const { sub } = ada
    const approver = {
      ...{ issuer: gateway.issuer, sub, key: linking.key },
      ...{ device_id: device_id!, device_token: device_token! },
    }
    const page = await waitingPage(gateway, await site(gateway))
    const claimed = await claim(approver, { ticket: await page.ticket() })
    const { match_number } = await page.view()
    const answer = await decide(approver, claimed, { decision: 'approve', number: match_number! })
    expect(answer.state).toBe('approved')
  })
})
