/** What a link rests on: the proof it is announced with, the secret it is watched with, the phrase it is told by. */
import { describe, expect, it } from 'vitest'
import { phraseOf } from '../../gateway/phrase.ts'
import { announce, extension, json, proofOf, reader, refused } from './linking.ts'
import { memoryKey, person } from './people.ts'
import { startTestGateway } from './support.ts'

describe('an announcement', () => {
  it('proves that the extension holds the key, for this gateway and now', async () => {
    const gateway = await startTestGateway()
    const [key, other] = [await memoryKey(), await memoryKey()]
    const now = gateway.clock.now()
    const bad = {
      'another key': proofOf(gateway, other),
      'another gateway': proofOf(gateway, key, { aud: 'https://other.example' }),
      'no jti': proofOf(gateway, key, { jti: undefined }),
      'a jti that is hardly one': proofOf(gateway, key, { jti: 'x' }),
      'a member too many': proofOf(gateway, key, { sub: 'ada' }),
      'a life of more than 60 s': proofOf(gateway, key, { exp: now + 61 }),
      'ten minutes ago': proofOf(gateway, key, { iat: now - 600, exp: now - 540 }),
      'in ten minutes': proofOf(gateway, key, { iat: now + 600, exp: now + 660 }),
    }
    for (const [what, proof] of Object.entries(bad)) {
      const answer = await announce(gateway, { name: 'x', public_key: key.public_key, proof: await proof })
      expect([what, answer.status, await json(answer)]).toEqual([
        what,
        400,
        expect.objectContaining({ error: 'invalid_proof', now }),
      ])
    }
  })

  it('is made once: the same proof makes no second link, and uses up nobody else’s', async () => {
    const gateway = await startTestGateway()
    const [key, other] = [await memoryKey(), await memoryKey()]
    const jti = 'the-same-identifier'
    const body = { name: 'x', public_key: key.public_key, proof: await proofOf(gateway, key, { jti }) }
    const at_once = await Promise.all([announce(gateway, body), announce(gateway, body)])
    expect(at_once.map(({ status }) => status).sort()).toEqual([201, 400])
    gateway.clock.advance(119)
    await gateway.sweep()
    expect((await announce(gateway, body)).status).toBe(400)
    const others = { ...body, public_key: other.public_key, proof: await proofOf(gateway, other, { jti }) }
    expect((await announce(gateway, others)).status).toBe(201)
  })

  it('is limited by network', async () => {
    const gateway = await startTestGateway({ NOD_LIMITS: 'on' })
    const key = await memoryKey()
    const answers = []
    for (let i = 0; i < 21; i += 1) {
      answers.push(
        await announce(gateway, { name: 'x', public_key: key.public_key, proof: await proofOf(gateway, key) }),
      )
    }
    expect(answers.map(({ status }) => status)).toEqual([...Array(20).fill(201), 429])
    expect(Number(answers[20]!.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})

describe('a link', () => {
  it('tells its state only to who holds its secret; unknown ones look the same (G01)', async () => {
    const gateway = await startTestGateway()
    const { link, wait } = await extension(gateway)
    const other = await extension(gateway)
    const shape = async (answer: Response) => {
      const { request_id: _, ...body } = await json(answer)
      const headers = Object.fromEntries([...answer.headers].filter(([name]) => name !== 'date'))
      return { status: answer.status, body, headers }
    }
    const unknown = await shape(
      await gateway.fetch(`/v1/links/${'A'.repeat(22)}`, { headers: { authorization: `Bearer ${link.link_secret}` } }),
    )
    expect(unknown).toMatchObject({ status: 401, body: { error: 'unauthorized' } })
    for (const secret of [link.link_id, other.link.link_secret, 'A'.repeat(43), '']) {
      expect(await shape(await wait('', secret))).toEqual(unknown)
    }
    expect(await shape(await gateway.fetch(`/v1/links/${link.link_id}?link_secret=${link.link_secret}`))).toEqual(
      unknown,
    )
    const stored = await gateway.deps.store.findLink(link.link_id)
    expect(JSON.stringify(stored)).not.toContain(link.link_secret)
  })

  it('is not opened by its page’s address alone: the address has no secret', async () => {
    const gateway = await startTestGateway()
    const { link } = await extension(gateway)
    expect(link.link_uri).not.toContain(link.link_secret)
    expect(new URL(link.link_uri).search).toBe('')
  })

  it('is told by a phrase of its id and its key, the same on both sides and on no other', async () => {
    const gateway = await startTestGateway()
    const phrases = new Set<string>()
    for (let i = 0; i < 5; i += 1) {
      const { link, key } = await extension(gateway)
      expect(link.phrase).toMatch(
        /^([bdfghjklmnprstvz][aiou]){2}[bdfghjklmnprstvz]-([bdfghjklmnprstvz][aiou]){2}[bdfghjklmnprstvz]$/,
      )
      expect(phraseOf(link.link_id, key.public_key)).toBe(link.phrase)
      expect(phraseOf(link.link_id, (await memoryKey()).public_key)).not.toBe(link.phrase)
      phrases.add(link.phrase)
    }
    expect(phrases.size).toBe(5)
  })

  it('of a disabled account gives no token and its device is nobody', async () => {
    const gateway = await startTestGateway()
    const { link, view } = await extension(gateway)
    const ada = await reader(gateway)
    await ada.answer(link.link_id, 'accept')
    const { device_token } = await view()
    await gateway.deps.store.disableAccount(ada.sub, gateway.clock.now(), { at: 0, type: 'account_disabled' })
    expect(await view()).toMatchObject({ state: 'expired' })
    const me = await gateway.fetch('/v1/me', { headers: { authorization: `Bearer ${device_token}` } })
    expect(me.status).toBe(401)
  })

  it('accepted for one account shows nothing of it to the device of another', async () => {
    const gateway = await startTestGateway()
    const { link } = await extension(gateway)
    const ada = await reader(gateway)
    await ada.answer(link.link_id, 'accept')
    const bob = await person(gateway, 'bob')
    const seen = await gateway.fetch(`/v1/links/${link.link_id}/offer`, { headers: bob.headers })
    expect(await refused(seen)).toEqual([404, 'link_not_found'])
  })
})
