/** Who a cookie or a token is by now: also where a row that says otherwise was written a moment too late. */
import { describe, expect, it } from 'vitest'
import { hash, randomSecret } from '../../gateway/secrets.ts'
import { extension, reader, refused } from './linking.ts'
import { heldInbox, person } from './people.ts'
import { startTestGateway } from './support.ts'

describe('a caller', () => {
  it('is nobody once the account is disabled, even with a cookie or device made while that happened', async () => {
    const gateway = await startTestGateway()
    const { store, clock } = gateway.deps
    const one = await person(gateway, 'ada')
    const now = clock.now()
    await store.disableAccount(one.sub, now, { at: now, type: 'account_disabled', sub: one.sub })
    const [cookie, device_token] = [randomSecret(), randomSecret()]
    const challenge = { challenge: hash('challenge'), challenge_expires_at: now + 300 }
    const row = { token_hash: hash(cookie), sub: one.sub, device_id: null, ...challenge }
    await store.insertWebSession(
      { ...row, signed_in_at: now, expires_at: now + 60 },
      { at: now, type: 'signed_in' },
      null,
    )
    await store.enrolDevice(
      {
        device_id: 'late',
        sub: one.sub,
        kind: 'extension',
        name: 'Late',
        public_key: one.key.public_key,
        token_hash: hash(device_token),
        created_at: now,
        last_used_at: null,
        revoked_at: null,
      },
      { token_hash: row.token_hash, hash: challenge.challenge, now },
      { at: now, type: 'device_enrolled' },
    )
    const me = (headers: Record<string, string>) => gateway.fetch('/v1/me', { headers })
    expect(await refused(await me({ cookie: `nod_session=${cookie}` }))).toEqual([401, 'sign_in_required'])
    expect(await refused(await me({ authorization: `Bearer ${device_token}` }))).toEqual([401, 'unauthorized'])
  })

  it('with a token is told nothing more once its device is revoked, though it was waiting before', async () => {
    const gateway = await startTestGateway()
    const { link, view } = await extension(gateway)
    const ada = await reader(gateway)
    await ada.answer(link.link_id, 'accept')
    const { device_id, device_token } = await view()
    const headers = { authorization: `Bearer ${device_token}` }
    const held = await heldInbox(gateway, { sub: ada.sub, headers })
    await gateway.fetch(`/v1/devices/${device_id}`, { method: 'DELETE', headers: ada.headers })
    expect(await refused(await held.answer)).toEqual([401, 'unauthorized'])
  })
})
