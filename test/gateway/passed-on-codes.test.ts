/** A code that is passed around ends its session and warns the page; nobody can bring that about cheaply or unnamed. */
import { describe, expect, it } from 'vitest'
import type { Claim } from '../../shared/protocol/messages.ts'
import { approve, type Person, person, site, type WaitingPage, waitingPage } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const people = (gateway: TestGateway, count: number): Promise<Person[]> =>
  Promise.all(Array.from({ length: count }, () => person(gateway)))

/** A page whose code the first of them has claimed, long enough ago that no other scan is a race. */
async function claimedPage(
  gateway: TestGateway,
  by: Person,
): Promise<{ page: WaitingPage; ticket: string; claim: Claim }> {
  const page = await waitingPage(gateway, await site(gateway))
  const ticket = await page.ticket()
  const claim = (await (await by.claim({ ticket })).json()) as Claim
  gateway.clock.advance(6)
  return { page, ticket, claim }
}

const entries = async (gateway: TestGateway, who: Person): Promise<{ type: string }[]> => {
  const answer = await gateway.fetch('/v1/activity', { headers: who.headers })
  return ((await answer.json()) as { activity: { type: string }[] }).activity
}

describe('a code that is presented again', () => {
  it('by three accounts in all ends the session, and the page learns why and nothing of them (RFC 10027 §6.1.4, §6.1.6)', async () => {
    const gateway = await startTestGateway()
    const [owner, second, third] = (await people(gateway, 3)) as [Person, Person, Person]
    const { page, ticket, claim } = await claimedPage(gateway, owner)
    expect((await second.claim({ ticket })).status).toBe(410)
    expect((await page.view()).state).toBe('claimed')
    expect((await third.claim({ ticket })).status).toBe(410)

    const view = await page.view()
    expect(view).toMatchObject({ state: 'canceled', reason: 'code_passed_on' })
    const known = new Set(['session_id', 'epoch', 'version', 'state', 'now', 'expires_at', 'reason'])
    expect(Object.keys(view).filter((member) => !known.has(member))).toEqual([])
    const late = await owner.send(claim.claim_id, await owner.sign(claim, 'approve', { number: '00' }))
    expect(late.status).toBe(410)
    expect((await entries(gateway, owner))[0]).toMatchObject({ type: 'code_passed_on' })
    expect((await entries(gateway, third)).map(({ type }) => type)).not.toContain('code_passed_on')
  })

  it('counts the typed code like the picture', async () => {
    const gateway = await startTestGateway()
    const [owner, second, third] = (await people(gateway, 3)) as [Person, Person, Person]
    const { page } = await claimedPage(gateway, owner)
    const { user_code } = page.session
    expect((await second.claim({ user_code })).status).toBe(409)
    expect((await third.claim({ user_code })).status).toBe(409)
    expect(await page.view()).toMatchObject({ state: 'canceled', reason: 'code_passed_on' })
  })

  it('by one other account ends it at the eighth time and not before', async () => {
    const gateway = await startTestGateway()
    const [owner, other] = (await people(gateway, 2)) as [Person, Person]
    const { page, ticket } = await claimedPage(gateway, owner)
    for (let times = 1; times < 8; times++) await other.claim({ ticket })
    expect((await page.view()).state).toBe('claimed')
    await other.claim({ ticket })
    expect(await page.view()).toMatchObject({ state: 'canceled', reason: 'code_passed_on' })
  })

  it('after it was replaced counts too, while nobody holds the session', async () => {
    const gateway = await startTestGateway()
    const everybody = await people(gateway, 3)
    const page = await waitingPage(gateway, await site(gateway))
    const photo = await page.ticket()
    gateway.clock.advance(65)
    for (const one of everybody) expect((await one.claim({ ticket: photo })).status).toBe(410)
    expect(await page.view()).toMatchObject({ state: 'canceled', reason: 'code_passed_on' })
  })

  it('on other sites’ pages counts by account: whoever relays it shows it to many (RFC 10027 §6.1.4)', async () => {
    const gateway = await startTestGateway()
    const everybody = await people(gateway, 3)
    const page = await waitingPage(gateway, await site(gateway))
    const relayed = async (one: Person) =>
      one.claim({ ticket: await page.ticket(), observed_origin: 'https://evil.example' })
    for (let times = 0; times < 10; times++) await relayed(everybody[0]!)
    await relayed(everybody[1]!)
    expect((await page.view()).state).toBe('pending')
    await relayed(everybody[2]!)
    expect(await page.view()).toMatchObject({ state: 'canceled', reason: 'code_passed_on' })
  })
})

describe('a session is not ended', () => {
  it('by its own claimer, however often the code is read', async () => {
    const gateway = await startTestGateway()
    const owner = await person(gateway)
    const { page, ticket } = await claimedPage(gateway, owner)
    const [stale, typed] = [await page.ticket(-1), page.session.user_code]
    for (let times = 0; times < 4; times++) {
      for (const code of [{ ticket }, { ticket: stale }, { user_code: typed }]) await owner.claim(code)
    }
    expect((await page.view()).state).toBe('claimed')
  })

  it('by any number of accounts that scan at the same moment', async () => {
    const gateway = await startTestGateway()
    const everybody = await people(gateway, 5)
    const page = await waitingPage(gateway, await site(gateway))
    const ticket = await page.ticket()
    await Promise.all(everybody.map((one) => one.claim({ ticket })))
    gateway.clock.advance(4)
    for (const one of everybody) await one.claim({ ticket })
    expect((await page.view()).state).toBe('claimed')
  })

  it('by who holds no code of it: a made-up ticket, or one of the future, counts for nothing', async () => {
    const gateway = await startTestGateway()
    const [owner, ...others] = (await people(gateway, 5)) as [Person, ...Person[]]
    const { page } = await claimedPage(gateway, owner)
    const made_up = `${page.session.session_id}.${'A'.repeat(22)}`
    for (const one of others) {
      for (const ticket of [made_up, await page.ticket(1)]) expect((await one.claim({ ticket })).status).toBe(410)
    }
    expect((await page.view()).state).toBe('claimed')
  })

  it('once it is approved', async () => {
    const gateway = await startTestGateway()
    const [owner, ...others] = (await people(gateway, 5)) as [Person, ...Person[]]
    const page = await waitingPage(gateway, await site(gateway))
    const ticket = await page.ticket()
    expect((await approve(owner, page)).answer.status).toBe(200)
    gateway.clock.advance(6)
    for (const one of others) await one.claim({ ticket })
    expect((await page.view()).state).toBe('approved')
  })

  it('faster than claims are allowed: eight tries of one account are most of its minute (RFC 10027 §6.1.11)', async () => {
    const gateway = await startTestGateway({ NOD_LIMITS: 'on' })
    const [owner, other] = (await people(gateway, 2)) as [Person, Person]
    const { page } = await claimedPage(gateway, owner)
    const made_up = `${page.session.session_id}.${'A'.repeat(22)}`
    const answers: number[] = []
    for (let times = 0; times < 11; times++) answers.push((await other.claim({ ticket: made_up })).status)
    expect(answers.at(-1)).toBe(429)
  })
})
