/** Who can take a session, with what, and what each of them learns. */
import { describe, expect, it } from 'vitest'
import type { Claim } from '../../shared/protocol/messages.ts'
import { person, site, waitingPage } from './people.ts'
import { startTestGateway } from './support.ts'

const json = async (answer: Response): Promise<Record<string, unknown>> => answer.json()

/** Where a code of shop.example does not belong, however much like it the place looks. */
const NO_HOME = [
  'https://shop.example.evil',
  'http://shop.example',
  'https://SHOP.example',
  'null',
  'https://shop.example:444',
  'https://shop.example/',
  'about:blank',
  'data:text/html,x',
  'chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai',
]

const refusalOf = async (answer: Promise<Response>): Promise<string> => {
  const { status } = await answer
  return `${status} ${(await json(await answer)).error}`
}

describe('a claim', () => {
  it('shows what is asked, by whom and from where, and never the number (G16, RFC 10027 §6.1.14, §6.1.16)', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const answer = await (await person(gateway)).claim({ ticket: await page.ticket() })
    expect(answer.status).toBe(201)
    const claim = await json(answer)
    expect(claim).toMatchObject({
      session_id: page.session.session_id,
      confirm: 'number',
      expires_at: gateway.clock.now() + 60,
      request: {
        client: { name: 'Shop', origins: ['https://shop.example'] },
        scope: 'openid profile',
        same_network: true,
        known_page: false,
      },
    })
    const { match_number } = await page.view()
    expect(match_number).toMatch(/^\d\d$/)
    expect(Object.keys(claim)).not.toContain('match_number')
    const named = await gateway.deps.store.findSession(page.session.session_id)
    expect(JSON.stringify([claim.request, Object.keys(claim)])).not.toContain(`"${named!.match_number}"`)
  })

  it('is won by one account of many at the same time; the others learn nothing (I4, G04, RFC 10027 §6.1.3)', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const people = await Promise.all(Array.from({ length: 6 }, () => person(gateway)))
    const ticket = await page.ticket()
    const answers = await Promise.all(people.flatMap((one) => [one.claim({ ticket }), one.claim({ ticket })]))
    const won = answers.filter((answer) => answer.status === 201)
    const lost = answers.filter((answer) => answer.status !== 201)
    expect(new Set((await Promise.all(won.map(json))).map((claim) => claim.claim_id)).size).toBe(1)
    expect(lost.length).toBe(10)
    for (const answer of lost) {
      expect([409, 410]).toContain(answer.status)
      const text = JSON.stringify(await answer.json())
      for (const known of ['Shop', 'shop.example', ...people.map((one) => one.sub)]) expect(text).not.toContain(known)
    }
    expect((await page.view()).version).toBe(2)
  })

  it('is given again to the winner who asks again, with the same ticket', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const winner = await person(gateway)
    const ticket = await page.ticket()
    const first = await json(await winner.claim({ ticket }))
    expect(await json(await winner.claim({ ticket }))).toEqual(first)
  })

  it('is given again to the winner who typed the letters first and scans the picture then, and to nobody else', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const winner = await person(gateway)
    const first = await json(await winner.claim({ user_code: page.session.user_code }))
    expect(await json(await winner.claim({ ticket: await page.ticket() }))).toEqual(first)
    expect((await (await person(gateway)).claim({ ticket: await page.ticket() })).status).toBe(410)
  })

  it('takes the ticket of this slot, of the last one in its grace, and no other (G07, RFC 10027 §6.1.2)', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    const one = await person(gateway)
    const claimWith = async (age: number, offset: number): Promise<number> => {
      const page = await waitingPage(gateway, client)
      gateway.clock.advance(age)
      return (await one.claim({ ticket: await page.ticket(offset) })).status
    }
    expect(await claimWith(65, 0)).toBe(201)
    expect(await claimWith(65, -1)).toBe(201)
    expect(await claimWith(71, -1)).toBe(410)
    expect(await claimWith(65, -2)).toBe(410)
    expect(await claimWith(65, 1)).toBe(410)
  })

  it('kills every ticket up to its slot for good, so a seen code is worthless after it is let go (G07, RFC 10027 §6.1.3)', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const one = await person(gateway)
    const ticket = await page.ticket()
    const { claim_id } = (await json(await one.claim({ ticket }))) as Claim
    expect((await gateway.fetch(`/v1/claims/${claim_id}`, { method: 'DELETE', headers: one.headers })).status).toBe(204)
    expect((await page.view()).state).toBe('pending')
    expect((await one.claim({ ticket })).status).toBe(410)
    gateway.clock.advance(30)
    expect((await one.claim({ ticket: await page.ticket() })).status).toBe(201)
  })

  it('lapses after its lease, and the squatter can decide nothing any more (G06)', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const squatter = await person(gateway)
    const claim = (await json(await squatter.claim({ ticket: await page.ticket() }))) as Claim
    const { match_number } = await page.view()
    gateway.clock.advance(60)
    expect((await page.view()).state).toBe('pending')
    const late = await squatter.send(claim.claim_id, await squatter.sign(claim, 'approve', { number: match_number! }))
    expect(late.status).toBe(404)
    expect((await page.view()).state).toBe('pending')
  })

  it('gives who scans in the last second the time to answer, but no more than two leases', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const one = await person(gateway)
    gateway.clock.advance(179)
    const claim = (await json(await one.claim({ ticket: await page.ticket() }))) as Claim
    expect(claim.expires_at).toBe(gateway.clock.now() + 60)
    expect((await page.view()).expires_at).toBe(claim.expires_at)
  })

  it('takes a typed code in any case, with dashes and blanks, and nothing else (G54)', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    const one = await person(gateway)
    for (const dress of [
      (code: string) => code,
      (code: string) => code.toLowerCase(),
      (code: string) => ` ${code.replace('-', ' ')} `,
    ]) {
      const { session } = await waitingPage(gateway, client)
      expect((await one.claim({ user_code: dress(session.user_code) })).status).toBe(201)
    }
    for (const user_code of ['AEIOUAEI', '0DJB-MJHT', 'short', '', 'BBBBBBBB']) {
      expect(await json(await one.claim({ user_code }))).toMatchObject({ error: 'session_not_found' })
    }
  })

  it('is refused for a code seen on a page of neither the site nor the gateway, and the attempt is on record (X09, RFC 10027 §6.1.1, §6.1.6)', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const one = await person(gateway)
    const relayed = await one.claim({ ticket: await page.ticket(), observed_origin: 'https://evil.example' })
    expect(relayed.status).toBe(403)
    expect(await json(relayed)).toMatchObject({
      error: 'origin_mismatch',
      observed_origin: 'https://evil.example',
      client_origin: 'https://shop.example',
    })
    expect((await page.view()).state).toBe('pending')
    for (const observed_origin of NO_HOME.slice(0, 5)) {
      expect((await one.claim({ ticket: await page.ticket(), observed_origin })).status).toBe(403)
    }
    expect((await one.claim({ ticket: await page.ticket(), observed_origin: 'https://shop.example' })).status).toBe(201)
  })

  it('is refused there for a typed code as well, and by where the decision says it was seen (X09)', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway, { confirm: 'tap' })
    const one = await person(gateway)
    const { session } = await waitingPage(gateway, client)
    const typed = { user_code: session.user_code }
    for (const observed_origin of [...NO_HOME, '']) {
      expect(await refusalOf(one.claim({ ...typed, observed_origin }))).toBe('403 origin_mismatch')
    }
    const claim = (await json(await one.claim(typed))) as Claim
    for (const observed_origin of [...NO_HOME, '']) {
      const decision = await one.sign(claim, 'approve', { observed_origin })
      expect(await refusalOf(one.send(claim.claim_id, decision))).toBe('403 origin_mismatch')
    }
    // Seen at home, but not where it was said to have been seen when it was claimed.
    const page = await waitingPage(gateway, client)
    const seen = { ticket: await page.ticket(), observed_origin: 'https://shop.example' }
    const again = (await json(await one.claim(seen))) as Claim
    const elsewhere = await one.sign(again, 'approve', { observed_origin: gateway.issuer })
    expect(await refusalOf(one.send(again.claim_id, elsewhere))).toBe('401 invalid_decision')
    expect((await page.view()).state).toBe('claimed')
  })

  it('names whose origin a foreign one tries to look like, in the answer and on the record (X09)', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    await site(gateway, { name: 'Bank', origins: ['https://bank.example'] })
    const one = await person(gateway)
    for (const [observed_origin, resembles] of [
      ['https://sh0p.example', 'https://shop.example'],
      ['https://xn--bnk-6cd.example', 'https://bank.example'],
      ['https://bank.example.evil.test', 'https://bank.example'],
    ] as const) {
      const refused = await json(await one.claim({ ticket: await page.ticket(), observed_origin }))
      expect(refused).toMatchObject({ error: 'origin_mismatch', observed_origin, resembles })
      const { activity } = (await json(await gateway.fetch('/v1/activity', { headers: one.headers }))) as {
        activity: object[]
      }
      expect(activity[0]).toMatchObject({ type: 'relayed_code_refused', observed_origin, resembles })
    }
    const plain = await json(await one.claim({ ticket: await page.ticket(), observed_origin: 'https://evil.example' }))
    expect(plain).not.toHaveProperty('resembles')
  })

  it('warns of a registered site that could be taken for another one here', async () => {
    const gateway = await startTestGateway()
    await site(gateway, { name: 'Bank', origins: ['https://bank.example'] })
    const one = await person(gateway)
    const requestOf = async (origins: string[]) => {
      const page = await waitingPage(gateway, await site(gateway, { origins }))
      return ((await json(await one.claim({ ticket: await page.ticket() }))) as Claim).request
    }
    expect(await requestOf(['https://bank.example:8443', 'https://banks.example'])).not.toHaveProperty('resembles')
    expect(await requestOf(['https://xn--bnk-6cd.example'])).toMatchObject({ resembles: 'https://bank.example' })
  })

  it('needs a signed-in, enrolled device (RFC 10027 §6.1.7)', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const claim = (headers: Record<string, string>) => async () =>
      gateway.fetch('/v1/claims', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ ticket: await page.ticket() }),
      })
    expect((await claim({})()).status).toBe(401)
    expect((await claim({ authorization: 'Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' })()).status).toBe(401)
    expect((await page.view()).state).toBe('pending')
  })

  it('is seen by all devices of its account and by nobody else (I14)', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const [one, other] = [await person(gateway), await person(gateway)]
    const inbox = async (who: typeof one) => json(await gateway.fetch('/v1/claims', { headers: who.headers }))
    const { version } = await inbox(one)
    const held = gateway.fetch(`/v1/claims?after=${version}&wait=20`, { headers: one.headers })
    await expect.poll(() => gateway.deps.hub.size()).toBe(1)
    await one.claim({ ticket: await page.ticket() })
    expect(await json(await held)).toMatchObject({ claims: [{ session_id: page.session.session_id }] })
    expect(await inbox(other)).toMatchObject({ claims: [] })
  })

  it('answers malformed, foreign and unknown tickets with a clear error and lives (I11)', async () => {
    const gateway = await startTestGateway()
    const one = await person(gateway)
    for (const body of [
      {},
      { ticket: 5 },
      { ticket: 'x' },
      { ticket: null },
      { user_code: {} },
      [],
      { ticket: `${'A'.repeat(22)}.${'B'.repeat(21)}` },
    ]) {
      const answer = await one.claim(body)
      expect(answer.status).toBe(400)
      expect(await json(answer)).toMatchObject({
        error: 'invalid_request',
        error_description: expect.any(String),
        request_id: expect.any(String),
      })
    }
    expect((await one.claim({ ticket: `${'A'.repeat(22)}.${'B'.repeat(22)}` })).status).toBe(404)
    const broken = await gateway.fetch('/v1/claims', { method: 'POST', headers: one.headers, body: '{"ticket":' })
    expect(await json(broken)).toMatchObject({ error: 'invalid_request' })
    const large = await gateway.fetch('/v1/claims', {
      method: 'POST',
      headers: one.headers,
      body: JSON.stringify({ ticket: 'x'.repeat(20_000) }),
    })
    expect(large.status).toBe(413)
  })
})
