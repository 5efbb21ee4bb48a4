/** Clients that were registered to do without PKCE, and how little else that changes (RFC 9700 §2.1.1). */
import { expect, it } from 'vitest'
import { hash } from '../../gateway/secrets.ts'
import type { ClientRow } from '../../gateway/store/rows.ts'
import { approved, outcome, redeem, redemption } from './codes.ts'
import { authorize, person, site, VERIFIER } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const SECRET = 'a-secret'
/** An empty parameter counts as left out (RFC 6749 §3.1). */
const WITHOUT = { code_challenge: '', code_challenge_method: '' }

const relaxed = (gateway: TestGateway, change: Partial<ClientRow> = {}) =>
  site(gateway, { secret_hash: hash(SECRET), pkce: false, ...change })

it('a client that keeps a secret may leave PKCE out, if it was registered so', async () => {
  const gateway = await startTestGateway()
  const client = await relaxed(gateway)
  const back = await approved(gateway, client, await person(gateway), WITHOUT)
  const params = { client_secret: SECRET, code_verifier: undefined }
  expect(await outcome(redeem(gateway, redemption(client, back.searchParams.get('code')!, params)))).toBe('200')
  const strict = await relaxed(gateway, { pkce: true })
  expect(await outcome(authorize(gateway, strict, WITHOUT))).toBe('400 invalid_request')
})

it('a public client may never, whatever its registration says', async () => {
  const gateway = await startTestGateway()
  const client = await relaxed(gateway, { secret_hash: null })
  expect(await outcome(authorize(gateway, client, WITHOUT))).toBe('400 invalid_request')
})

it('what it brings of PKCE must be sound, and is then asked for (G34)', async () => {
  const gateway = await startTestGateway()
  const client = await relaxed(gateway)
  for (const change of [
    { code_challenge_method: 'plain' },
    { code_challenge_method: '' },
    { code_challenge: 'a'.repeat(42) },
    { code_challenge: '' },
  ])
    expect([change, await outcome(authorize(gateway, client, change))]).toEqual([change, '400 invalid_request'])
  const back = await approved(gateway, client, await person(gateway))
  const redeemed = (code_verifier: string | undefined) =>
    outcome(
      redeem(gateway, redemption(client, back.searchParams.get('code')!, { client_secret: SECRET, code_verifier })),
    )
  expect(await redeemed(undefined)).toBe('400 invalid_grant')
  expect(await redeemed(VERIFIER)).toBe('200')
})

it('a verifier for a code without a challenge is refused: somebody took the challenge away (RFC 9700 §4.8.2)', async () => {
  const gateway = await startTestGateway()
  const client = await relaxed(gateway)
  const back = await approved(gateway, client, await person(gateway), WITHOUT)
  const params = redemption(client, back.searchParams.get('code')!, { client_secret: SECRET })
  expect(await outcome(redeem(gateway, params))).toBe('400 invalid_grant')
})
