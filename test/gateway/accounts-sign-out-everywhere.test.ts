/** Signing out everywhere: what it ends, what stays, and who can say it. */
import { describe, expect, it } from 'vitest'
import type { Claim } from '../../shared/protocol/messages.ts'
import { outcome } from './codes.ts'
import { extension } from './linking.ts'
import { heldInbox, pageHeaders, person, signIn, site, waitingPage } from './people.ts'
import { recorded } from './record.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const signOut = (gateway: TestGateway, headers: Record<string, string>, body = '{"everywhere":true}') =>
  gateway.fetch('/v1/sign-out', { method: 'POST', headers, body })

const me = async (gateway: TestGateway, headers: Record<string, string>) =>
  (await gateway.fetch('/v1/me', { headers })).status

describe('signing out everywhere', () => {
  it('ends every browser of the account with the device it was, and nobody else’s', async () => {
    const gateway = await startTestGateway()
    const [ada, bob] = [await person(gateway, 'ada'), await person(gateway, 'bob')]
    const elsewhere = pageHeaders(gateway, await signIn(gateway, 'ada'))
    const out = await signOut(gateway, elsewhere)
    expect([out.status, out.headers.get('set-cookie')]).toEqual([
      204,
      expect.stringMatching(/^nod_session=; Max-Age=0;/),
    ])
    expect([await me(gateway, ada.headers), await me(gateway, elsewhere), await me(gateway, bob.headers)]).toEqual([
      401, 401, 200,
    ])
    expect(await gateway.deps.store.findDevice(ada.device_id)).toBe(null)
    expect(await gateway.deps.store.findDevice(bob.device_id)).not.toBe(null)
    expect(recorded(gateway, 'signed_out_everywhere')).toMatchObject([{ sub: ada.sub }])
  })

  it('lets go of what those browsers held, and tells who waits', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway, 'ada')
    const page = await waitingPage(gateway, await site(gateway))
    const claim = (await (await ada.claim({ ticket: await page.ticket() })).json()) as Claim
    const jws = await ada.sign(claim, 'deny')
    const { version, epoch } = await page.view()
    const watched = page.wait(`?after=${version}&epoch=${epoch}&wait=20`)
    const held = await heldInbox(gateway, ada)
    expect((await signOut(gateway, ada.headers)).status).toBe(204)
    expect(await (await watched).json()).toMatchObject({ state: 'pending' })
    expect((await held.answer).status).toBe(401)
    const again = pageHeaders(gateway, await signIn(gateway, 'ada'))
    const path = `/v1/claims/${claim.claim_id}/decision`
    const late = { method: 'POST', headers: again, body: JSON.stringify({ decision: jws }) }
    expect(await outcome(gateway.fetch(path, late))).toBe('403 device_required')
  })

  it('leaves a linked extension linked', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway, 'ada')
    const { link, view } = await extension(gateway)
    await gateway.fetch(`/v1/links/${link.link_id}/accept`, { method: 'POST', headers: ada.headers })
    const { device_token } = await view()
    await signOut(gateway, ada.headers)
    expect(await me(gateway, { authorization: `Bearer ${device_token}` })).toBe(200)
  })

  it('is said by a page of the gateway, signed in; a body that says nothing of it ends this browser alone', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway, 'ada')
    const elsewhere = pageHeaders(gateway, await signIn(gateway, 'ada'))
    const evil = { ...ada.headers, origin: 'https://evil.example' }
    expect(await outcome(signOut(gateway, evil))).toBe('403 forbidden_origin')
    expect(await outcome(signOut(gateway, pageHeaders(gateway)))).toBe('401 sign_in_required')
    for (const body of ['{', '{"everywhere":"yes"}', 'null'])
      expect(await outcome(signOut(gateway, ada.headers, body))).toBe('400 invalid_request')
    expect((await signOut(gateway, elsewhere, '{}')).status).toBe(204)
    expect([await me(gateway, elsewhere), await me(gateway, ada.headers)]).toEqual([401, 200])
  })
})
