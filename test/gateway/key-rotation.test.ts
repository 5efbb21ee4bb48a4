/** The change of keys while people sign in: no site ever meets a signature that it cannot check (SECURITY 16, F25). */
import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { expect, it } from 'vitest'
import { createKeys } from '../../gateway/keys.ts'
import type { ClientRow } from '../../gateway/store/rows.ts'
import { issuedCode, redeem, redemption } from './codes.ts'
import { authorize, person, site } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const HOUR = 3600
const DAY = 24 * HOUR

type Jwk = JsonWebKey & { kid: string; alg: string }

/** A site that keeps its copy of the keys for as long as it was told to, and never looks for a key it does not know. */
function lazySite(gateway: TestGateway) {
  let copy: { keys: Jwk[]; until: number } | null = null

  async function keys(): Promise<Jwk[]> {
    if (!copy || gateway.clock.now() >= copy.until) {
      const answer = await gateway.fetch('/jwks')
      const fresh_for = Number(/max-age=(\d+)/.exec(answer.headers.get('cache-control')!)![1])
      copy = { ...((await answer.json()) as { keys: Jwk[] }), until: gateway.clock.now() + fresh_for }
    }
    return copy.keys
  }

  return {
    keys,
    /** The kid of the key that signed, if the copy has it and the signature is right. */
    async checks(jwt: string): Promise<string> {
      const [head = '', body = '', signature = ''] = jwt.split('.')
      const { kid, alg } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { kid: string; alg: string }
      const jwk = (await keys()).find((key) => key.kid === kid && key.alg === alg)
      expect(jwk, 'the key is in the copy').toBeDefined()
      const key = createPublicKey({ key: jwk!, format: 'jwk' })
      const options = alg === 'ES256' ? { key, dsaEncoding: 'ieee-p1363' as const } : key
      expect(verify('sha256', Buffer.from(`${head}.${body}`), options, Buffer.from(signature, 'base64url'))).toBe(true)
      return kid
    },
  }
}

async function idToken(gateway: TestGateway, client: ClientRow, approver: Awaited<ReturnType<typeof person>>) {
  const code = await issuedCode(gateway, client, approver)
  return ((await (await redeem(gateway, redemption(client, code))).json()) as { id_token: string }).id_token
}

it.each(['RS256', 'ES256'] as const)('a copy of the keys that is kept as told always serves (%s)', async (alg) => {
  const gateway = await startTestGateway()
  const [client, approver] = [await site(gateway, { id_token_signed_response_alg: alg }), await person(gateway)]
  const shop = lazySite(gateway)
  const signed = async () => shop.checks(await idToken(gateway, client, approver))
  const first = await signed()
  gateway.clock.advance(200)
  const rotated = (await createKeys(gateway.deps).rotate()).find((key) => key.alg === alg)!
  // Every few minutes around the moments at which something changes, with a copy that is always a little old.
  const seen = new Set<string>()
  for (const moment of [0, DAY, 2 * DAY]) {
    gateway.clock.advance(moment === 0 ? 0 : DAY - 30 * 60)
    for (let step = 0; step < 12; step++) {
      seen.add(await signed())
      gateway.clock.advance(151)
    }
  }
  expect([...seen]).toEqual([first, rotated.kid])
  expect((await shop.keys()).map(({ kid }) => kid)).not.toContain(first)
})

it('a key signs until the very second in which its successor does', async () => {
  const gateway = await startTestGateway()
  const keys = createKeys(gateway.deps)
  const old_kid = (await keys.signer('ES256')).kid
  const { kid } = (await keys.rotate()).find(({ alg }) => alg === 'ES256')!
  gateway.clock.advance(DAY - 1)
  expect((await keys.signer('ES256')).kid).toBe(old_kid)
  gateway.clock.advance(1)
  expect((await keys.signer('ES256')).kid).toBe(kid)
})

it('rotating again before the first successor signs leaves no moment without a key', async () => {
  const gateway = await startTestGateway()
  const [client, approver] = [await site(gateway), await person(gateway)]
  const shop = lazySite(gateway)
  for (let rotation = 0; rotation < 3; rotation++) {
    await createKeys(gateway.deps).rotate()
    gateway.clock.advance(2 * HOUR)
    await shop.checks(await idToken(gateway, client, approver))
  }
  for (let hours = 0; hours < 30; hours += 3) {
    gateway.clock.advance(3 * HOUR)
    await shop.checks(await idToken(gateway, client, approver))
  }
})

it('an id_token of before still says who may answer, for as long as its key is published', async () => {
  const gateway = await startTestGateway()
  const [client, approver] = [await site(gateway), await person(gateway)]
  const id_token_hint = await idToken(gateway, client, approver)
  await createKeys(gateway.deps).rotate()
  const asked = async () => (await authorize(gateway, client, { id_token_hint })).status
  for (const passed of [0, DAY, DAY - 1]) {
    gateway.clock.advance(passed)
    expect(await asked()).toBe(201)
  }
  gateway.clock.advance(1)
  expect(await asked()).toBe(400)
})
