/** A passkey's name is its person's to change: on a fresh sign-in, as anything else about who may get in. */
import { describe, expect, it } from 'vitest'
import type { Passkey } from '../../shared/protocol/passkey.ts'
import { outcome } from './codes.ts'
import { withPasskey } from './held-passkey.ts'
import { addAccount, pageHeaders, signIn } from './people.ts'
import { recorded } from './record.ts'
import { startTestGateway, type TestGateway } from './support.ts'

async function scene() {
  const gateway = await startTestGateway()
  const { sub } = await addAccount(gateway, 'ada')
  const { id } = await withPasskey(gateway, 'ada')
  const headers = pageHeaders(gateway, await signIn(gateway, 'ada'))
  return { gateway, sub, id, headers }
}

const rename = (gateway: TestGateway, headers: Record<string, string>, id: string, body: unknown) =>
  gateway.fetch(`/v1/me/passkeys/${id}`, { method: 'PATCH', headers, body: JSON.stringify(body) })

const names = async (gateway: TestGateway, headers: Record<string, string>) => {
  const { passkeys } = (await (await gateway.fetch('/v1/me/passkeys', { headers })).json()) as { passkeys: Passkey[] }
  return passkeys.map(({ name }) => name)
}

describe('renaming a passkey', () => {
  it('gives it another name, cleaned as all names are, and is on the record', async () => {
    const { gateway, sub, id, headers } = await scene()
    const answer = await rename(gateway, headers, id, { name: ' My\u202e  phone\n' })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ passkey_id: id, name: 'My phone' })
    expect(await names(gateway, headers)).toEqual(['My phone'])
    expect(recorded(gateway, 'passkey_renamed')).toMatchObject([{ sub, detail: '{"name":"My phone"}' }])
  })

  it('needs a fresh sign-in, of a page of the gateway (G70, G73)', async () => {
    const { gateway, id, headers } = await scene()
    const evil = { ...headers, origin: 'https://evil.example' }
    expect(await outcome(rename(gateway, evil, id, { name: 'Evil' }))).toBe('403 forbidden_origin')
    expect(await outcome(rename(gateway, pageHeaders(gateway), id, { name: 'x' }))).toBe('401 sign_in_required')
    gateway.clock.advance(301)
    // Also a body that is no name: who calls is settled before it is looked at.
    for (const body of [{ name: 'Late' }, {}])
      expect(await outcome(rename(gateway, headers, id, body))).toBe('403 fresh_sign_in_required')
    expect(await names(gateway, headers)).toEqual(['Laptop'])
  })

  it('takes no name of which nothing can be seen, and none that is too long', async () => {
    const { gateway, id, headers } = await scene()
    for (const body of [{}, { name: '' }, { name: ' \u200b ' }, { name: 'x'.repeat(101) }, { name: 5 }, null])
      expect(await outcome(rename(gateway, headers, id, body))).toBe('400 invalid_request')
    expect(recorded(gateway, 'passkey_renamed')).toEqual([])
  })

  it('is for one’s own: that of another is not there (I14)', async () => {
    const { gateway, headers } = await scene()
    await addAccount(gateway, 'bob')
    const his = await withPasskey(gateway, 'bob')
    for (const id of [his.id, 'unknown'])
      expect(await outcome(rename(gateway, headers, id, { name: 'Mine' }))).toBe('404 passkey_not_found')
    expect(recorded(gateway, 'passkey_renamed')).toEqual([])
  })
})
