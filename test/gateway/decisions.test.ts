/** What counts as an answer, whose, and what comes of it. */
import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { signJws } from '../../shared/client/device-key.ts'
import { DECISION_TYP } from '../../shared/protocol/decision.ts'
import type { Claim } from '../../shared/protocol/messages.ts'
import { approve, memoryKey, type Person, person, site, type WaitingPage, waitingPage } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const json = async (answer: Response): Promise<Record<string, unknown>> => answer.json()

interface Scene {
  gateway: TestGateway
  page: WaitingPage
  one: Person
  claim: Claim
  number: string
  approval(): Promise<string>
  state(): Promise<string>
}

/** A page whose code has been scanned by `one`. */
async function scanned(gateway?: TestGateway): Promise<Scene> {
  const running = gateway ?? (await startTestGateway())
  const page = await waitingPage(running, await site(running))
  const one = await person(running)
  const claim = (await json(await one.claim({ ticket: await page.ticket() }))) as Claim
  const number = (await page.view()).match_number!
  return {
    gateway: running,
    page,
    one,
    claim,
    number,
    approval: () => one.sign(claim, 'approve', { number }),
    state: async () => (await page.view()).state,
  }
}

const audited = async (scene: Scene, type: string): Promise<number> => {
  const { openDatabase, all } = await import('../../gateway/store/database.ts')
  const db = openDatabase(`${scene.gateway.data}/nod.db`, 'read')
  const rows = all(db, 'SELECT audit_id FROM audit WHERE session_id = @id AND type = @type', {
    id: scene.page.session.session_id,
    type,
  })
  db.close()
  return rows.length
}

describe('a decision', () => {
  it('approves with the number, and the page gets its code', async () => {
    const scene = await scanned()
    const answer = await scene.one.send(scene.claim.claim_id, await scene.approval())
    expect(answer.status).toBe(200)
    expect(await json(answer)).toEqual({
      claim_id: scene.claim.claim_id,
      session_id: scene.claim.session_id,
      state: 'approved',
      version: 3,
    })
    expect((await scene.page.view()).redirect_to).toContain('code=')
  })

  it('is made once: the first one wins, whatever comes second (G11)', async () => {
    for (const [first, second] of [
      ['approve', 'deny'],
      ['deny', 'approve'],
    ] as const) {
      const { one, claim, number, state } = await scanned()
      const expected = first === 'approve' ? 'approved' : 'denied'
      expect((await one.send(claim.claim_id, await one.sign(claim, first, { number }))).status).toBe(200)
      const late = await one.send(claim.claim_id, await one.sign(claim, second, { number }))
      expect(late.status).toBe(409)
      expect(await json(late)).toMatchObject({ error: 'already_decided', state: expected })
      expect(await state()).toBe(expected)
    }
  })

  it('gives the same answer to the same bytes, in a row and at once, and is recorded once (G12, I13)', async () => {
    const scene = await scanned()
    const jws = await scene.approval()
    const send = () => scene.one.send(scene.claim.claim_id, jws)
    const answers = [...(await Promise.all([send(), send(), send()])), await send(), await send()]
    const bodies = await Promise.all(answers.map(json))
    for (const body of bodies) expect(body).toEqual(bodies[0])
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200])
    expect(await audited(scene, 'approved')).toBe(1)
  })

  it('has one winner of approve, deny and cancel at the same moment (F16, I1)', async () => {
    const gateway = await startTestGateway()
    for (let round = 0; round < 15; round++) {
      const scene = await scanned(gateway)
      const [yes, no] = [await scene.approval(), await scene.one.sign(scene.claim, 'deny')]
      const answers = await Promise.all([
        scene.one.send(scene.claim.claim_id, yes),
        scene.one.send(scene.claim.claim_id, no),
        scene.page.cancel(),
      ])
      expect(answers.filter((answer) => answer.status === 200).length).toBe(1)
      const won = ['approved', 'denied', 'canceled'][answers.findIndex((answer) => answer.status === 200)]
      expect(await scene.state()).toBe(won)
    }
  })

  it('ends the session on a wrong number; the right one comes too late (G15, RFC 10027 §6.1.16)', async () => {
    const scene = await scanned()
    const wrong = scene.number === '00' ? '01' : '00'
    const jws = await scene.one.sign(scene.claim, 'approve', { number: wrong })
    const first = await scene.one.send(scene.claim.claim_id, jws)
    expect(first.status).toBe(403)
    expect(await json(first)).toMatchObject({ error: 'number_mismatch' })
    expect(await scene.state()).toBe('denied')
    expect((await scene.one.send(scene.claim.claim_id, await scene.approval())).status).toBe(409)
    expect(await json(await scene.one.send(scene.claim.claim_id, jws))).toMatchObject({ error: 'number_mismatch' })
    expect(await audited(scene, 'number_mismatch')).toBe(1)
  })

  it('changes nothing without a number where one is asked for (RFC 10027 §6.1.16)', async () => {
    const scene = await scanned()
    const answer = await scene.one.send(scene.claim.claim_id, await scene.one.sign(scene.claim, 'approve'))
    expect(answer.status).toBe(400)
    expect(await json(answer)).toMatchObject({ error: 'number_required' })
    expect(await scene.state()).toBe('claimed')
    expect((await scene.one.send(scene.claim.claim_id, await scene.approval())).status).toBe(200)
  })

  it('needs no number to deny, nor where the site asks for a tap', async () => {
    const scene = await scanned()
    expect((await scene.one.send(scene.claim.claim_id, await scene.one.sign(scene.claim, 'deny'))).status).toBe(200)
    const page = await waitingPage(scene.gateway, await site(scene.gateway, { confirm: 'tap' }))
    expect((await approve(scene.one, page)).answer.status).toBe(200)
  })

  it('counts only when it is signed: a cookie alone never decides (G26)', async () => {
    const scene = await scanned()
    for (const body of [{}, { decision: 'approve' }, { decision: '' }, { number: scene.number }]) {
      const answer = await scene.gateway.fetch(`/v1/claims/${scene.claim.claim_id}/decision`, {
        method: 'POST',
        headers: scene.one.headers,
        body: JSON.stringify(body),
      })
      expect(answer.status).toBe(401)
    }
    expect(await scene.state()).toBe('claimed')
  })

  it('is refused for a session that nobody claimed, or another account did (G08, G09)', async () => {
    const scene = await scanned()
    const other = await person(scene.gateway)
    const foreign = await other.sign(scene.claim, 'approve', { number: scene.number })
    expect((await other.send(scene.claim.claim_id, foreign)).status).toBe(404)
    expect((await other.send(scene.claim.session_id, foreign)).status).toBe(404)
    expect(await scene.state()).toBe('claimed')
    expect(await audited(scene, 'decision_refused')).toBe(1)
  })

  it('is refused when one signed member is not what was shown (G23, I8, RFC 10027 §6.1.14)', async () => {
    const scene = await scanned()
    const now = scene.gateway.clock.now()
    const changes = [
      { client_id: 'another' },
      { origin: 'https://evil.example' },
      { context_hash: 'A'.repeat(43) },
      { aud: 'https://evil.example' },
      { sub: 'another' },
      { sid: 'another' },
      { claim_id: 'another' },
      { challenge: 'A'.repeat(43) },
      { iat: now - 600, exp: now - 540 },
      { iat: now + 600, exp: now + 660 },
      { exp: now + 600 },
      { exp: now - 10 },
    ]
    for (const change of changes) {
      const jws = await scene.one.sign(scene.claim, 'approve', { number: scene.number, ...change })
      const answer = await scene.one.send(scene.claim.claim_id, jws)
      expect([answer.status, change]).toEqual([401, change])
      expect(await json(answer)).toMatchObject({ error: 'invalid_decision', now })
    }
    const extra = await scene.one.sign(scene.claim, 'approve', { number: scene.number, admin: true } as object)
    expect((await scene.one.send(scene.claim.claim_id, extra)).status).toBe(401)
    expect(await scene.state()).toBe('claimed')
  })

  it('is refused when a relaying page is inside what was signed', async () => {
    const scene = await scanned()
    const jws = await scene.one.sign(scene.claim, 'approve', {
      number: scene.number,
      observed_origin: 'https://evil.example',
    })
    expect((await scene.one.send(scene.claim.claim_id, jws)).status).toBe(403)
    expect(await scene.state()).toBe('claimed')
  })

  it('cannot name another page than the one the code was read from (I8)', async () => {
    const gateway = await startTestGateway()
    const page = await waitingPage(gateway, await site(gateway))
    const one = await person(gateway)
    const observed_origin = 'https://shop.example'
    const claim = (await json(await one.claim({ ticket: await page.ticket(), observed_origin }))) as Claim
    const number = (await page.view()).match_number!
    const approve = async (change: object) =>
      (await one.send(claim.claim_id, await one.sign(claim, 'approve', { number, ...change }))).status
    expect(await approve({ observed_origin: gateway.issuer })).toBe(401)
    expect(await approve({ observed_origin })).toBe(200)
  })

  it('comes too late for a site that was removed meanwhile', async () => {
    const scene = await scanned()
    await scene.gateway.deps.store.removeClient(scene.claim.request.client.client_id)
    expect((await scene.one.send(scene.claim.claim_id, await scene.approval())).status).toBe(410)
    expect(await scene.state()).toBe('claimed')
  })

  it('must be signed by the very device that sends it, in ES256, with a plain header (G21, G22, RFC 10027 §6.1.7)', async () => {
    const scene = await scanned()
    const { one, claim } = scene
    const payload = (await scene.approval()).split('.')[1]!
    const encode = (header: object) => Buffer.from(JSON.stringify(header)).toString('base64url')
    const header = { alg: 'ES256', typ: DECISION_TYP, kid: one.device_id }
    const signed = async (change: object, key = one.key) => {
      const input = `${encode({ ...header, ...change })}.${payload}`
      return `${input}.${Buffer.from(await key.sign(new TextEncoder().encode(input))).toString('base64url')}`
    }
    const hmac = (() => {
      const input = `${encode({ ...header, alg: 'HS256' })}.${payload}`
      return `${input}.${createHmac('sha256', JSON.stringify(one.key.public_key)).update(input).digest('base64url')}`
    })()
    const forged = [
      `${encode({ ...header, alg: 'none' })}.${payload}.`,
      hmac,
      await signed({ alg: 'ES384' }),
      await signed({ alg: 'EdDSA' }),
      await signed({ alg: undefined }),
      await signed({ typ: 'nod-device+jwt' }),
      await signed({ typ: undefined }),
      await signed({ kid: '../../etc/passwd' }),
      await signed({ kid: undefined }),
      await signed({ jwk: one.key.public_key }),
      await signed({ jku: 'http://127.0.0.1:1/keys' }),
      await signed({ x5u: 'http://127.0.0.1:1/cert' }),
      await signed({ crit: ['exp'] }),
      await signed({}, await memoryKey()),
      await signJws(one.key, { typ: DECISION_TYP, kid: one.device_id }, { nothing: true }),
      'not.a.jws',
      '....',
    ]
    for (const jws of forged)
      expect([(await one.send(claim.claim_id, jws)).status, jws.slice(0, 20)]).toEqual([401, jws.slice(0, 20)])
    expect(await scene.state()).toBe('claimed')
  })

  it('counts for nothing from a revoked device, and its claim is free again (G29, RFC 10027 §6.1.7)', async () => {
    const scene = await scanned()
    const jws = await scene.approval()
    const revoked = await scene.gateway.fetch(`/v1/devices/${scene.one.device_id}`, {
      method: 'DELETE',
      headers: scene.one.headers,
    })
    expect(revoked.status).toBe(204)
    expect([401, 403]).toContain((await scene.one.send(scene.claim.claim_id, jws)).status)
    expect(await scene.state()).toBe('pending')
    scene.gateway.clock.advance(30)
    const other = await person(scene.gateway)
    expect((await other.claim({ ticket: await scene.page.ticket() })).status).toBe(201)
  })

  it('comes in time or not at all (G14, I7)', async () => {
    const gateway = await startTestGateway({ NOD_SESSION_SECONDS: '30' })
    const scene = await scanned(gateway)
    gateway.clock.advance(59)
    expect((await scene.one.send(scene.claim.claim_id, await scene.approval())).status).toBe(200)
    expect((await scene.page.view()).redirect_to).toContain('code=')

    const late = await scanned(gateway)
    gateway.clock.advance(60)
    const answer = await late.one.send(late.claim.claim_id, await late.approval())
    expect(answer.status).toBe(410)
    expect(await json(answer)).toMatchObject({ error: 'session_over', state: 'expired' })
    expect((await late.page.view()).redirect_to).toBeUndefined()
  })

  it('can say "this was not me" beside a deny', async () => {
    const scene = await scanned()
    const answer = await scene.one.send(scene.claim.claim_id, await scene.one.sign(scene.claim, 'deny'), {
      report: true,
    })
    expect(answer.status).toBe(200)
    expect(await audited(scene, 'denied')).toBe(1)
  })

  it('starts the life of the code at once when the page is waiting', async () => {
    const scene = await scanned()
    const held = scene.page.wait('?after=2&wait=20')
    await expect.poll(() => scene.gateway.deps.hub.listeners(`session:${scene.claim.session_id}`)).toBe(1)
    await scene.one.send(scene.claim.claim_id, await scene.approval())
    expect(await json(await held)).toMatchObject({ state: 'approved', expires_at: scene.gateway.clock.now() + 60 })
  })
})
