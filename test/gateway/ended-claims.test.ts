/** The account's devices learn how a claim ended and on which of them; nobody else learns anything. */
import { describe, expect, it } from 'vitest'
import type { Claim, ClaimsView } from '../../shared/protocol/messages.ts'
import {
  enrol,
  memoryKey,
  type Person,
  pageHeaders,
  person,
  signIn,
  site,
  type WaitingPage,
  waitingPage,
} from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

interface Device {
  headers: Record<string, string>
  device_id: string
}

/** Another browser of the same person, enrolled. */
async function second(gateway: TestGateway, { username, sub }: Person): Promise<Device> {
  const headers = pageHeaders(gateway, await signIn(gateway, username))
  return { headers, device_id: await enrol(gateway, sub, headers, await memoryKey()) }
}

const inbox = async (gateway: TestGateway, { headers }: Pick<Device, 'headers'>): Promise<ClaimsView> =>
  (await gateway.fetch('/v1/claims', { headers })).json() as Promise<ClaimsView>

async function claimed(gateway: TestGateway, by: Person): Promise<{ page: WaitingPage; claim: Claim }> {
  const page = await waitingPage(gateway, await site(gateway, { confirm: 'tap' }))
  return { page, claim: (await (await by.claim({ ticket: await page.ticket() })).json()) as Claim }
}

const answer = async (by: Person, claim: Claim, decision: 'approve' | 'deny'): Promise<Response> =>
  by.send(claim.claim_id, await by.sign(claim, decision))

describe('a claim that is no longer open', () => {
  it('tells the other devices of its account how it ended, and on which of them', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway)
    const other = await second(gateway, ada)
    for (const [decision, type] of [
      ['approve', 'approved'],
      ['deny', 'denied'],
    ] as const) {
      const { claim } = await claimed(gateway, ada)
      const { version, ended } = await inbox(gateway, other)
      expect(ended.filter(({ session_id }) => session_id === claim.session_id)).toEqual([])
      const held = gateway.fetch(`/v1/claims?after=${version}&wait=20`, { headers: other.headers })
      await expect.poll(() => gateway.deps.hub.size()).toBe(1)
      await answer(ada, claim, decision)
      const told = (await (await held).json()) as ClaimsView
      expect(told.claims).toEqual([])
      expect(told.ended[0]).toEqual({
        session_id: claim.session_id,
        type,
        at: gateway.clock.now(),
        device_id: ada.device_id,
        device_name: 'Test browser',
      })
    }
  })

  it('says so when nobody decided: let go, given up by the page, out of time', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway)
    const other = await second(gateway, ada)
    const endOf = async ({ session_id }: Claim) =>
      (await inbox(gateway, other)).ended.find((one) => one.session_id === session_id)
    const let_go = (await claimed(gateway, ada)).claim
    await gateway.fetch(`/v1/claims/${let_go.claim_id}`, { method: 'DELETE', headers: other.headers })
    expect(await endOf(let_go)).toMatchObject({ type: 'claim_released', device_id: other.device_id })
    const given_up = await claimed(gateway, ada)
    await given_up.page.cancel()
    expect(await endOf(given_up.claim)).toMatchObject({ type: 'canceled' })
    const lapsed = await claimed(gateway, ada)
    gateway.clock.advance(60)
    expect(await endOf(lapsed.claim)).toMatchObject({ type: 'claim_lapsed' })
  })

  it('names the device also to who answers too late', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway)
    const { claim } = await claimed(gateway, ada)
    await answer(ada, claim, 'approve')
    expect(await (await answer(ada, claim, 'deny')).json()).toMatchObject({
      error: 'already_decided',
      state: 'approved',
      device_name: 'Test browser',
    })
  })

  it('says nothing to other accounts, not even to one that tried for the same code (I14)', async () => {
    const gateway = await startTestGateway()
    const [ada, bob] = [await person(gateway), await person(gateway)]
    const { page, claim } = await claimed(gateway, ada)
    await bob.claim({ user_code: page.session.user_code })
    const tried = await answer(bob, claim, 'deny')
    await answer(ada, claim, 'approve')
    expect((await inbox(gateway, bob)).ended).toEqual([])
    const late = await answer(bob, claim, 'deny')
    for (const refused of [tried, late])
      expect(Object.keys((await refused.json()) as object).sort()).toEqual(['error', 'error_description', 'request_id'])
  })

  it('is told for some minutes, and by twenty at the most', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway)
    for (let i = 0; i < 22; i += 1) await answer(ada, (await claimed(gateway, ada)).claim, 'deny')
    expect((await inbox(gateway, ada)).ended).toHaveLength(20)
    gateway.clock.advance(300)
    expect((await inbox(gateway, ada)).ended).toEqual([])
  })
})
