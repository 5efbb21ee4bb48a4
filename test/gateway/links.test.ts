/** Linking an extension: announce, compare, accept, collect; each step only by who may, each once. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { LinkView } from '../../shared/protocol/messages.ts'
import { extension, json, reader, refused } from './linking.ts'
import { enrol, memoryKey, pageHeaders, site, waitingPage } from './people.ts'
import { recorded } from './record.ts'
import { startTestGateway } from './support.ts'

describe('linking an extension', () => {
  it('makes it a device of the account that accepted, and gives it its token', async () => {
    const gateway = await startTestGateway()
    const { link, wait, view, key } = await extension(gateway)
    expect(link).toMatchObject({ link_uri: `${gateway.issuer}/link#${link.link_id}`, expires_in: 600 })
    expect([link.link_id, link.link_secret]).toEqual([
      expect.stringMatching(/^[\w-]{22}$/),
      expect.stringMatching(/^[\w-]{43}$/),
    ])
    expect(await view()).toMatchObject({ state: 'pending', version: 1, expires_at: gateway.clock.now() + 600 })

    const ada = await reader(gateway)
    expect(await json(await ada.offer(link.link_id))).toEqual({
      link_id: link.link_id,
      name: 'Firefox on Linux',
      phrase: link.phrase,
      page: { browser: 'Firefox 153', os: 'Linux', ip: expect.any(String) },
      expires_at: gateway.clock.now() + 600,
      now: gateway.clock.now(),
    })
    const held = wait('?after=1&wait=20')
    await expect.poll(() => gateway.deps.hub.listeners(`link:${link.link_id}`)).toBe(1)
    const answer = await json(await ada.answer(link.link_id, 'accept'))
    expect(answer).toEqual({ state: 'accepted', device_id: expect.any(String) })
    const told = (await json(await held)) as LinkView
    expect(told).toMatchObject({
      state: 'accepted',
      version: 2,
      device_id: answer.device_id,
      account: { sub: ada.sub, username: 'ada', name: 'ada' },
    })

    const headers = { authorization: `Bearer ${told.device_token}` }
    expect(await json(await gateway.fetch('/v1/me', { headers }))).toEqual({
      sub: ada.sub,
      username: 'ada',
      name: 'ada',
      device_id: answer.device_id,
    })
    const row = await gateway.deps.store.findDevice(String(answer.device_id))
    expect(row).toMatchObject({ kind: 'extension', sub: ada.sub, public_key: key.public_key })
    expect(JSON.stringify(row)).not.toContain(told.device_token)
    expect(recorded(gateway, 'link_accepted')).toMatchObject([{ sub: ada.sub, device_id: answer.device_id }])
  })

  it('lets the device claim and decide, with its token and no cookie', async () => {
    const gateway = await startTestGateway()
    const { link, view } = await extension(gateway)
    await (await reader(gateway)).answer(link.link_id, 'accept')
    const headers = { authorization: `Bearer ${(await view()).device_token}`, 'content-type': 'application/json' }
    const page = await waitingPage(gateway, await site(gateway))
    const body = JSON.stringify({ ticket: await page.ticket() })
    expect((await gateway.fetch('/v1/claims', { method: 'POST', headers, body })).status).toBe(201)
  })

  it('gives the token again to who lost the answer, until the link ends', async () => {
    const gateway = await startTestGateway()
    const { link, view, wait } = await extension(gateway)
    gateway.clock.advance(599)
    await (await reader(gateway)).answer(link.link_id, 'accept')
    const first = await view()
    expect(first.expires_at).toBe(gateway.clock.now() + 120)
    gateway.clock.advance(119)
    expect((await view()).device_token).toBe(first.device_token)
    gateway.clock.advance(1)
    const late = await view()
    expect(late).toMatchObject({ state: 'expired', version: 3 })
    expect(late).not.toHaveProperty('device_token')
    expect((await wait('?after=2&wait=20')).status).toBe(200)
  })

  it('gives the same token after a restart (I2)', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nod-links-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const before = await startTestGateway({}, { data: folder })
    const { link, view } = await extension(before)
    await (await reader(before)).answer(link.link_id, 'accept')
    const { device_token } = await view()
    await before.stop()
    const after = await startTestGateway({}, { data: folder })
    const again = await after.fetch(`/v1/links/${link.link_id}`, {
      headers: { authorization: `Bearer ${link.link_secret}` },
    })
    expect(await json(again)).toMatchObject({ state: 'accepted', device_token })
    const me = await after.fetch('/v1/me', { headers: { authorization: `Bearer ${device_token}` } })
    expect(me.status).toBe(200)
  })

  it('ends unanswered after ten minutes', async () => {
    const gateway = await startTestGateway()
    const { link, view } = await extension(gateway)
    gateway.clock.advance(600)
    expect(await view()).toMatchObject({ state: 'expired', version: 2 })
    const ada = await reader(gateway)
    for (const answer of [
      ada.offer(link.link_id),
      ada.answer(link.link_id, 'accept'),
      ada.answer(link.link_id, 'refuse'),
    ]) {
      expect(await refused(await answer)).toEqual([410, 'link_over'])
    }
    expect(await gateway.deps.store.listDevices(ada.sub)).toEqual([])
  })

  it('can be refused, and stays refused', async () => {
    const gateway = await startTestGateway()
    const { link, view } = await extension(gateway)
    const ada = await reader(gateway)
    for (let i = 0; i < 2; i += 1)
      expect(await json(await ada.answer(link.link_id, 'refuse'))).toEqual({ state: 'refused' })
    expect(await view()).toMatchObject({ state: 'refused', version: 2 })
    expect(await refused(await ada.answer(link.link_id, 'accept'))).toEqual([410, 'link_over'])
    expect(recorded(gateway, 'link_refused')).toMatchObject([{ sub: ada.sub }])
  })

  it('is answered the same again to who accepted, and has no second device', async () => {
    const gateway = await startTestGateway()
    const { link } = await extension(gateway)
    const ada = await reader(gateway)
    const answers = await Promise.all(Array.from({ length: 4 }, () => ada.answer(link.link_id, 'accept').then(json)))
    expect(new Set(answers.map((answer) => answer.device_id)).size).toBe(1)
    expect((await gateway.deps.store.listDevices(ada.sub)).length).toBe(1)
    expect(await refused(await ada.answer(link.link_id, 'refuse'))).toEqual([410, 'link_over'])
  })

  it('has one winner of two accounts; to the other there is no such link (I14)', async () => {
    const gateway = await startTestGateway()
    const { link } = await extension(gateway)
    const people = [await reader(gateway, 'ada'), await reader(gateway, 'bob')]
    const answers = await Promise.all(people.map((one) => one.answer(link.link_id, 'accept')))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404])
    const loser = people[answers.findIndex(({ status }) => status === 404)]!
    const unknown = await refused(await loser.offer('A'.repeat(22)))
    expect(unknown).toEqual([404, 'link_not_found'])
    for (const answer of [
      loser.offer(link.link_id),
      loser.answer(link.link_id, 'accept'),
      loser.answer(link.link_id, 'refuse'),
    ]) {
      expect(await refused(await answer)).toEqual(unknown)
    }
  })

  it('needs a sign-in of the last five minutes, in a browser: no device can let in another', async () => {
    const gateway = await startTestGateway()
    const first = await extension(gateway)
    const ada = await reader(gateway)
    await ada.answer(first.link.link_id, 'accept')
    const { link, view } = await extension(gateway)
    const authorization = `Bearer ${(await first.view()).device_token}`
    const by_token = await gateway.fetch(`/v1/links/${link.link_id}/accept`, {
      method: 'POST',
      headers: { authorization },
    })
    expect(await refused(by_token)).toEqual([403, 'fresh_sign_in_required'])
    gateway.clock.advance(301)
    expect(await refused(await ada.answer(link.link_id, 'accept'))).toEqual([403, 'fresh_sign_in_required'])
    expect(await view()).toMatchObject({ state: 'pending' })
    expect((await ada.answer(link.link_id, 'refuse')).status).toBe(200)
  })

  it('is not for who is not signed in', async () => {
    const gateway = await startTestGateway()
    const { link } = await extension(gateway)
    const headers = pageHeaders(gateway)
    for (const [method, step] of [
      ['GET', 'offer'],
      ['POST', 'accept'],
      ['POST', 'refuse'],
    ]) {
      const answer = await gateway.fetch(`/v1/links/${link.link_id}/${step}`, { method: method!, headers })
      expect(await refused(answer)).toEqual([401, 'sign_in_required'])
    }
  })

  it('cannot give an account more than fifty devices', async () => {
    const gateway = await startTestGateway()
    const { link } = await extension(gateway)
    const ada = await reader(gateway)
    for (let i = 0; i < 50; i += 1) await enrol(gateway, ada.sub, ada.headers, await memoryKey())
    expect(await refused(await ada.answer(link.link_id, 'accept'))).toEqual([409, 'too_many_devices'])
  })

  it('gives nothing to collect once the device is revoked', async () => {
    const gateway = await startTestGateway()
    const { link, view } = await extension(gateway)
    const ada = await reader(gateway)
    const { device_id } = await json(await ada.answer(link.link_id, 'accept'))
    const { device_token } = await view()
    await gateway.fetch(`/v1/devices/${device_id}`, { method: 'DELETE', headers: ada.headers })
    expect(await view()).toMatchObject({ state: 'expired' })
    const me = await gateway.fetch('/v1/me', { headers: { authorization: `Bearer ${device_token}` } })
    expect(await refused(me)).toEqual([401, 'unauthorized'])
  })
})
