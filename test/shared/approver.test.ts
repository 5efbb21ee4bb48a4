/** What a device signs and sends: against a small gateway that checks the signature as a stranger would, by node:crypto. */
import { createHash, createPublicKey, verify } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { type Approver, claim, decide, release } from '../../shared/client/approver.ts'
import type { DeviceKey } from '../../shared/client/device-key.ts'
import { canonicalJson } from '../../shared/protocol/decision.ts'
import type { Claim } from '../../shared/protocol/messages.ts'

interface Seen {
  line: string
  authorization: string | undefined
  body: string
}

interface FakeGateway {
  issuer: string
  seen: Seen[]
  /** The gateway's time and the account's open claims. */
  now: number
  claims: Claim[]
  /** How the next decisions are answered; null breaks the connection. */
  answers: ([number, object] | null)[]
}

const request: Claim['request'] = {
  client: { client_id: 'shop', name: 'Shop', origins: ['https://shop.example'] },
  origin: 'https://shop.example',
  page: { browser: 'Firefox 153', os: 'Windows', ip: '203.0.113.7' },
  same_network: true,
  known_page: false,
  scope: 'openid profile',
  started_at: 990,
}

const context_hash = createHash('sha256').update(canonicalJson(request)).digest('base64url')

const open: Claim = {
  claim_id: 'claim',
  session_id: 'session',
  challenge: 'challenge',
  expires_at: 1060,
  now: 1000,
  confirm: 'number',
  request,
  context_hash,
}

async function fakeGateway(): Promise<FakeGateway> {
  const gateway: FakeGateway = { issuer: '', seen: [], now: 2000, claims: [open], answers: [] }
  const server = createServer(async (message, response) => {
    let body = ''
    for await (const chunk of message) body += chunk
    gateway.seen.push({ line: `${message.method} ${message.url}`, authorization: message.headers.authorization, body })
    const send = (status: number, json: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))
    if (message.method === 'DELETE') return response.writeHead(204).end()
    if (message.method === 'GET') return send(200, { epoch: 'e', version: 1, now: gateway.now, claims: gateway.claims })
    if (message.url === '/v1/claims') return send(201, open)
    const answer = gateway.answers.shift()
    if (answer === null) return response.destroy()
    if (answer !== undefined) return send(...answer)
    return send(200, { claim_id: 'claim', session_id: 'session', state: 'approved', version: 3 })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  gateway.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return gateway
}

async function deviceKey(): Promise<DeviceKey> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
  const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  return {
    public_key: { kty: 'EC', crv: 'P-256', x, y },
    sign: async (data) =>
      new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, data)),
  }
}

const approver = async ({ issuer }: FakeGateway): Promise<Approver> => ({
  issuer,
  sub: 'alice',
  device_id: 'device',
  device_token: 'token',
  key: await deviceKey(),
})

const decisions = ({ seen }: FakeGateway) => seen.filter(({ line }) => line.endsWith('/decision'))

/** Header and payload, if the signature is the key's. */
function verified(jws: string, { public_key }: DeviceKey): { header: unknown; payload: unknown } {
  const [header = '', payload = '', signature = ''] = jws.split('.')
  const key = createPublicKey({ key: { ...public_key }, format: 'jwk' })
  const signed = Buffer.from(`${header}.${payload}`)
  const right = verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'))
  if (!right) throw new Error('the signature is not the key’s')
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
  return { header: read(header), payload: read(payload) }
}

test('a claim is asked for as the device', async () => {
  const gateway = await fakeGateway()
  expect(await claim(await approver(gateway), { ticket: 'a.b' })).toEqual(open)
  expect(gateway.seen).toEqual([{ line: 'POST /v1/claims', authorization: 'Bearer token', body: '{"ticket":"a.b"}' }])
})

test('an approval signs all that was shown, in the gateway’s time', async () => {
  const gateway = await fakeGateway()
  const device = await approver(gateway)
  const answer = await decide(device, open, {
    decision: 'approve',
    number: '47',
    observed_origin: 'https://shop.example',
  })
  expect(answer).toMatchObject({ state: 'approved' })
  const [sent] = decisions(gateway)
  expect(verified(JSON.parse(sent?.body ?? '').decision, device.key)).toEqual({
    header: { alg: 'ES256', typ: 'nod-decision+jwt', kid: 'device' },
    payload: {
      aud: gateway.issuer,
      sub: 'alice',
      sid: 'session',
      claim_id: 'claim',
      challenge: 'challenge',
      decision: 'approve',
      number: '47',
      client_id: 'shop',
      origin: 'https://shop.example',
      observed_origin: 'https://shop.example',
      context_hash,
      iat: 2000,
      exp: 2060,
    },
  })
})

test('"this was not me" goes beside the signed deny', async () => {
  const gateway = await fakeGateway()
  const device = await approver(gateway)
  await decide(device, open, { decision: 'deny', report: true })
  const body = JSON.parse(decisions(gateway)[0]?.body ?? '')
  expect(body.report).toBe(true)
  const { payload } = verified(body.decision, device.key)
  expect(payload).toMatchObject({ decision: 'deny' })
  expect(payload).not.toHaveProperty('number')
})

test.each([
  ['its site', { ...request, client: { ...request.client, name: 'Bank' } }],
  ['its origin', { ...request, origin: 'https://bank.example' }],
  ['its address', { ...request, page: { ...request.page, ip: '198.51.100.1' } }],
  ['its network', { ...request, same_network: false }],
])('nothing is signed when %s is not what the hash stands for', async (_what, other) => {
  const gateway = await fakeGateway()
  const changed = { ...open, request: other }
  await expect(decide(await approver(gateway), changed, { decision: 'approve' })).rejects.toMatchObject({
    code: 'not_a_gateway',
  })
  expect(gateway.seen).toEqual([])
})

test('nothing is signed when the claim is another one by now', async () => {
  const gateway = await fakeGateway()
  gateway.claims = [{ ...open, challenge: 'another' }]
  await expect(decide(await approver(gateway), open, { decision: 'approve' })).rejects.toMatchObject({
    code: 'not_a_gateway',
  })
  expect(decisions(gateway)).toEqual([])
})

test('a decision whose answer got lost is sent again, byte for byte', async () => {
  const gateway = await fakeGateway()
  gateway.answers = [null, [502, {}]]
  expect(await decide(await approver(gateway), open, { decision: 'approve' })).toMatchObject({ state: 'approved' })
  const bodies = decisions(gateway).map(({ body }) => body)
  expect(bodies).toHaveLength(3)
  expect(new Set(bodies).size).toBe(1)
})

test('a decision that was refused is not sent again, and says how it stands', async () => {
  const gateway = await fakeGateway()
  const refusal = { error: 'already_decided', error_description: 'Answered.', request_id: 'r', state: 'denied' }
  gateway.answers = [[409, refusal]]
  await expect(decide(await approver(gateway), open, { decision: 'approve' })).rejects.toMatchObject({
    code: 'already_decided',
    body: { state: 'denied' },
  })
  expect(decisions(gateway)).toHaveLength(1)
})

test('a claim is let go by its own address', async () => {
  const gateway = await fakeGateway()
  await release(await approver(gateway), 'claim')
  expect(gateway.seen).toMatchObject([{ line: 'DELETE /v1/claims/claim', authorization: 'Bearer token' }])
})
