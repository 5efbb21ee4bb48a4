/** Enrolling this browser's key and revoking devices: whose they become, what proves it, and that revoking is at once. */
import { describe, expect, it } from 'vitest'
import { type DeviceKey, signJws } from '../../shared/client/device-key.ts'
import { DEVICE_PROOF_TYP } from '../../shared/protocol/decision.ts'
import type { Claim } from '../../shared/protocol/messages.ts'
import { addAccount, enrol, heldInbox, memoryKey, pageHeaders, person, signIn, site, waitingPage } from './people.ts'
import { recorded } from './record.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const json = async (answer: Response): Promise<Record<string, unknown>> => answer.json()

/** A browser that has just signed in and has not enrolled. */
async function browser(gateway: TestGateway, username = 'ada') {
  const { sub } = await addAccount(gateway, username)
  const headers = pageHeaders(gateway, await signIn(gateway, username))
  const key = await memoryKey()
  const post = (path: string, body?: object) =>
    gateway.fetch(path, { method: 'POST', headers, ...(body && { body: JSON.stringify(body) }) })
  return {
    sub,
    headers,
    key,
    post,
    challenge: async () => (await json(await post('/v1/devices/challenge'))).challenge as string,
    /** What an honest page signs. */
    proof: (
      challenge: string,
      change: object = {},
      by: DeviceKey = key,
      header: object = { typ: DEVICE_PROOF_TYP },
    ) => {
      const iat = gateway.clock.now()
      return signJws(by, header, { aud: gateway.issuer, sub, challenge, iat, exp: iat + 60, ...change })
    },
    enrol: (proof: string, change: object = {}) =>
      post('/v1/devices', { name: 'Firefox on Linux', public_key: key.public_key, proof, ...change }),
    devices: async () => (await json(await gateway.fetch('/v1/devices', { headers }))).devices as object[],
  }
}

const refused = async (answer: Response) => [answer.status, (await json(answer)).error]

describe('a browser', () => {
  it('becomes a device of the account it is signed in to', async () => {
    const gateway = await startTestGateway()
    const ada = await browser(gateway)
    const enrolled = await ada.enrol(await ada.proof(await ada.challenge()))
    expect(enrolled.status).toBe(201)
    const { device_id } = await json(enrolled)
    expect(await ada.devices()).toEqual([
      {
        device_id,
        kind: 'pages',
        name: 'Firefox on Linux',
        created_at: gateway.clock.now(),
        last_used_at: gateway.clock.now(),
        this_device: true,
      },
    ])
    expect(await json(await gateway.fetch('/v1/me', { headers: ada.headers }))).toMatchObject({ device_id })
    expect(recorded(gateway, 'device_enrolled')).toMatchObject([{ sub: ada.sub, device_id }])
  })

  it('that is signed in but not enrolled is told so where a device is needed', async () => {
    const gateway = await startTestGateway()
    const ada = await browser(gateway)
    expect(await refused(await gateway.fetch('/v1/claims', { headers: ada.headers }))).toEqual([403, 'device_required'])
  })

  it('needs a sign-in of the last five minutes (G27, RFC 10027 §6.1.7)', async () => {
    const gateway = await startTestGateway()
    const ada = await browser(gateway)
    gateway.clock.advance(300)
    const challenge = await ada.challenge()
    expect((await ada.enrol(await ada.proof(challenge))).status).toBe(201)
    gateway.clock.advance(1)
    const answer = await ada.enrol(await ada.proof(await ada.challenge()))
    expect(await refused(answer)).toEqual([403, 'fresh_sign_in_required'])
    expect((await ada.devices()).length).toBe(1)
  })

  it('cannot become a device of somebody else, whatever it names (G27)', async () => {
    const gateway = await startTestGateway()
    const victim = await person(gateway, 'victim')
    const eve = await browser(gateway, 'eve')
    const aimed = { sub: victim.sub, user_id: victim.sub, account: victim.sub, username: 'victim' }
    const in_jwt = await eve.enrol(await eve.proof(await eve.challenge(), { sub: victim.sub }))
    expect(await refused(in_jwt)).toEqual([400, 'invalid_proof'])
    const in_body = await eve.enrol(await eve.proof(await eve.challenge()), aimed)
    expect(in_body.status).toBe(201)
    const proof = await eve.proof(await eve.challenge())
    const query = `/v1/devices?${new URLSearchParams(aimed)}`
    const in_query = await eve.post(query, { name: 'x', public_key: eve.key.public_key, proof })
    expect(in_query.status).toBe(201)
    for (const { device_id } of (await eve.devices()) as { device_id: string }[]) {
      expect(await gateway.deps.store.findDevice(device_id)).toMatchObject({ sub: eve.sub })
    }
    expect((await gateway.deps.store.listDevices(victim.sub)).map((device) => device.device_id)).toEqual([
      victim.device_id,
    ])
  })

  it('proves that it holds the key, for this gateway, this challenge and now', async () => {
    const gateway = await startTestGateway()
    const ada = await browser(gateway)
    const other = await browser(gateway, 'bob')
    const now = gateway.clock.now()
    const challenge = await ada.challenge()
    const es256 = { alg: 'ES256', typ: DEVICE_PROOF_TYP }
    const bad = {
      'another key': ada.proof(challenge, {}, other.key),
      'another gateway': ada.proof(challenge, { aud: 'https://other.example' }),
      'no challenge': ada.proof(challenge, { challenge: undefined }),
      'the challenge of somebody else': ada.proof(await other.challenge()),
      'an invented challenge': ada.proof('A'.repeat(43)),
      'a member too many': ada.proof(challenge, { admin: true }),
      'a life of more than 60 s': ada.proof(challenge, { exp: now + 61 }),
      'no life': ada.proof(challenge, { exp: now }),
      'ten minutes ago': ada.proof(challenge, { iat: now - 600, exp: now - 540 }),
      'in ten minutes': ada.proof(challenge, { iat: now + 600, exp: now + 660 }),
      'times that are text': ada.proof(challenge, { iat: String(now), exp: String(now + 60) }),
      'the type of a decision': ada.proof(challenge, {}, ada.key, { typ: 'nod-decision+jwt' }),
      'no type': ada.proof(challenge, {}, ada.key, {}),
      'a key in its header': ada.proof(challenge, {}, ada.key, { ...es256, jwk: ada.key.public_key }),
      'a critical header': ada.proof(challenge, {}, ada.key, { ...es256, crit: ['exp'] }),
      'another algorithm': ada.proof(challenge, {}, ada.key, { typ: DEVICE_PROOF_TYP, alg: 'none' }),
      'nothing that is signed': Promise.resolve('not.a.jws'),
    }
    for (const [what, proof] of Object.entries(bad)) {
      const answer = await ada.enrol(await proof)
      expect([what, answer.status, await json(answer)]).toEqual([
        what,
        400,
        expect.objectContaining({ error: 'invalid_proof', now }),
      ])
    }
    expect(await ada.devices()).toEqual([])
    expect((await ada.enrol(await ada.proof(challenge, { iat: now - 100, exp: now - 50 }))).status).toBe(201)
  })

  it('answers a challenge once, within five minutes, and only the newest', async () => {
    const gateway = await startTestGateway()
    const ada = await browser(gateway)
    const older = await ada.challenge()
    const newer = await ada.challenge()
    expect((await ada.enrol(await ada.proof(older))).status).toBe(400)
    expect((await ada.enrol(await ada.proof(newer))).status).toBe(201)
    expect((await ada.enrol(await ada.proof(newer))).status).toBe(400)
    const late = await ada.challenge()
    gateway.clock.advance(300)
    expect((await ada.enrol(await ada.proof(late))).status).toBe(400)
  })

  it('sends a public key and nothing else', async () => {
    const gateway = await startTestGateway()
    const ada = await browser(gateway)
    const { x, y } = ada.key.public_key
    const off_curve = { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'B'.repeat(43) }
    const keys = [
      off_curve,
      { kty: 'EC', crv: 'P-384', x, y },
      { kty: 'RSA', n: x, e: 'AQAB' },
      { x, y },
      'key',
      null,
      [x, y],
    ]
    for (const public_key of keys) {
      const answer = await ada.enrol(await ada.proof(await ada.challenge()), { public_key })
      expect([public_key, answer.status]).toEqual([public_key, 400])
    }
    for (const name of ['', 'x'.repeat(101), 5, null]) {
      expect((await ada.enrol(await ada.proof(await ada.challenge()), { name })).status).toBe(400)
    }
    expect(await ada.devices()).toEqual([])
  })

  it('is one of fifty at the most', async () => {
    const gateway = await startTestGateway()
    const ada = await browser(gateway)
    const ids = []
    for (let i = 0; i < 50; i += 1) ids.push(await enrol(gateway, ada.sub, ada.headers, await memoryKey()))
    expect(await refused(await ada.enrol(await ada.proof(await ada.challenge())))).toEqual([409, 'too_many_devices'])
    await gateway.fetch(`/v1/devices/${ids[0]}`, { method: 'DELETE', headers: ada.headers })
    expect((await ada.enrol(await ada.proof(await ada.challenge()))).status).toBe(201)
    expect((await ada.devices()).length).toBe(50)
  })

  it('cannot move the words around its name', async () => {
    const gateway = await startTestGateway()
    const ada = await browser(gateway)
    await ada.enrol(await ada.proof(await ada.challenge()), { name: '\u202eFire\u0000fox\n  on\tLinux' })
    expect(await ada.devices()).toMatchObject([{ name: 'Fire fox on Linux' }])
  })

  it('has its last use noted, once in five minutes, however often it asks', async () => {
    const gateway = await startTestGateway()
    const one = await person(gateway, 'ada')
    const used = async () => {
      await gateway.fetch('/v1/me', { headers: one.headers })
      return (await gateway.deps.store.findDevice(one.device_id))!.last_used_at
    }
    const enrolled_at = gateway.clock.now()
    gateway.clock.advance(299)
    expect(await used()).toBe(enrolled_at)
    gateway.clock.advance(1)
    await expect.poll(used).toBe(enrolled_at + 300)
  })
})

describe('revoking a device', () => {
  it('frees its claim, tells the page, and ends what it waits with, at once (G29)', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const one = await person(gateway, 'ada')
    const elsewhere = pageHeaders(gateway, await signIn(gateway, 'ada'))
    const claim = (await json(await one.claim({ ticket: await page.ticket() }))) as Claim
    const { match_number, version } = await page.view()
    const held = await heldInbox(gateway, one)
    const page_is_told = page.wait(`?after=${version}&wait=20`)
    await expect.poll(() => gateway.deps.hub.size()).toBe(2)
    const path = `/v1/devices/${one.device_id}`
    expect((await gateway.fetch(path, { method: 'DELETE', headers: elsewhere })).status).toBe(204)
    expect(await json(await page_is_told)).toMatchObject({ state: 'pending', version: version + 1 })
    expect((await held.answer).status).toBe(401)

    const approval = await one.sign(claim, 'approve', { number: match_number! })
    expect((await one.send(claim.claim_id, approval)).status).toBe(401)
    expect((await page.view()).state).toBe('pending')
    expect(recorded(gateway, 'device_revoked')).toMatchObject([{ sub: one.sub, device_id: one.device_id }])

    gateway.clock.advance(30)
    expect((await (await person(gateway, 'bob')).claim({ ticket: await page.ticket() })).status).toBe(201)
  })

  it('signs its browser out: the cookie of a lost device can revoke no other', async () => {
    const gateway = await startTestGateway()
    const lost = await person(gateway, 'ada')
    const elsewhere = pageHeaders(gateway, await signIn(gateway, 'ada'))
    const kept = await enrol(gateway, lost.sub, elsewhere, await memoryKey())
    await gateway.fetch(`/v1/devices/${lost.device_id}`, { method: 'DELETE', headers: elsewhere })
    const turned = await gateway.fetch(`/v1/devices/${kept}`, { method: 'DELETE', headers: lost.headers })
    expect(turned.status).toBe(401)
    expect(await gateway.deps.store.findDevice(kept)).not.toBe(null)
  })

  it('takes a sign-in of the last five minutes, unless it is this very one (G70)', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway, 'ada')
    const elsewhere = pageHeaders(gateway, await signIn(gateway, 'ada'))
    const other = await enrol(gateway, ada.sub, elsewhere, await memoryKey())
    const revoke = (device_id: string) =>
      gateway.fetch(`/v1/devices/${device_id}`, { method: 'DELETE', headers: ada.headers })
    gateway.clock.advance(301)
    expect(await refused(await revoke(other))).toEqual([403, 'fresh_sign_in_required'])
    expect(await refused(await revoke('unknown'))).toEqual([403, 'fresh_sign_in_required'])
    expect(await gateway.deps.store.findDevice(other)).not.toBe(null)
    expect((await revoke(ada.device_id)).status).toBe(204)
  })

  it('is for the devices of one’s own account; those of others are not there (I14)', async () => {
    const gateway = await startTestGateway()
    const [ada, bob] = [await person(gateway, 'ada'), await person(gateway, 'bob')]
    const revoke = async (device_id: string) => {
      const answer = await gateway.fetch(`/v1/devices/${device_id}`, { method: 'DELETE', headers: ada.headers })
      const { request_id: _, ...body } = await json(answer)
      return { status: answer.status, body }
    }
    const unknown = await revoke('A'.repeat(22))
    expect(unknown).toMatchObject({ status: 404, body: { error: 'device_not_found' } })
    expect(await revoke(bob.device_id)).toEqual(unknown)
    expect((await gateway.fetch('/v1/claims', { headers: bob.headers })).status).toBe(200)
  })

  it('is done once, and its key can enrol again as a new device', async () => {
    const gateway = await startTestGateway()
    const ada = await browser(gateway)
    const first = await enrol(gateway, ada.sub, ada.headers, ada.key)
    const revoke = (headers: Record<string, string>) =>
      gateway.fetch(`/v1/devices/${first}`, { method: 'DELETE', headers })
    expect((await revoke(ada.headers)).status).toBe(204)
    const again = pageHeaders(gateway, await signIn(gateway, 'ada'))
    expect((await revoke(again)).status).toBe(404)
    expect(await enrol(gateway, ada.sub, again, ada.key)).not.toBe(first)
  })
})

describe('a device token', () => {
  it('that is none is refused, and a cookie beside it does not help', async () => {
    const gateway = await startTestGateway()
    const one = await person(gateway, 'ada')
    for (const authorization of ['Bearer', 'Bearer x', `Bearer ${'A'.repeat(43)}`, `bearer ${'A'.repeat(43)}`]) {
      const answer = await gateway.fetch('/v1/me', { headers: { authorization, cookie: one.headers.cookie! } })
      expect(await refused(answer)).toEqual([401, 'unauthorized'])
    }
  })
})
