/** An approver for the bench: an account's enrolled device over plain HTTP, its key in memory. */
import { type DeviceKey, signJws } from '../../shared/client/device-key.ts'
import { DECISION_TYP, DEVICE_PROOF_TYP, SIGNED_SECONDS } from '../../shared/protocol/decision.ts'
import type { Claim, ClaimRequest, Me } from '../../shared/protocol/messages.ts'

const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const

const epochSeconds = (): number => Math.floor(Date.now() / 1000)

/** As a browser's key, but in memory: Node has no IndexedDB. */
async function memoryKey(): Promise<DeviceKey> {
  const pair = await crypto.subtle.generateKey(P256, false, ['sign', 'verify'])
  const { x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  return {
    public_key: { kty: 'EC', crv: 'P-256', x: x!, y: y! },
    sign: async (data) =>
      new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, data)),
  }
}

export interface Device {
  sub: string
  /** What its requests carry: its cookie, and what a browser says of a write from the gateway's own pages. */
  headers: Record<string, string>
  /** The signed decision on a claim. `number` where the client asks for one. */
  sign(claim: Claim, decision: 'approve' | 'deny', number?: string): Promise<string>
  claim(request: ClaimRequest): Promise<Claim>
  /** Resolves when the gateway has answered. `number` where the client asks for one. */
  approve(claim: Claim, number?: string): Promise<void>
}

/** Signs in and enrols a key, as a browser on the gateway's own pages does. */
export async function enrolDevice(issuer: string, username: string, password: string): Promise<Device> {
  const headers: Record<string, string> = {
    origin: issuer,
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/json',
  }
  const post = async (path: string, body: object = {}): Promise<Response> => {
    const answer = await fetch(issuer + path, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer
  }
  const signedIn = await post('/v1/sign-in', { username, password })
  headers.cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!
  const { sub } = (await (await fetch(`${issuer}/v1/me`, { headers })).json()) as Me

  const key = await memoryKey()
  const sign = (header: object, payload: object): Promise<string> => {
    const iat = epochSeconds()
    return signJws(key, header, { aud: issuer, sub, iat, exp: iat + SIGNED_SECONDS, ...payload })
  }
  const { challenge } = (await (await post('/v1/devices/challenge')).json()) as { challenge: string }
  const proof = await sign({ alg: 'ES256', typ: DEVICE_PROOF_TYP }, { challenge })
  const enrolled = await post('/v1/devices', { name: 'bench', public_key: key.public_key, proof })
  const { device_id } = (await enrolled.json()) as { device_id: string }

  const signDecision: Device['sign'] = ({ claim_id, session_id, challenge, context_hash, request }, decision, number) =>
    sign(
      { alg: 'ES256', typ: DECISION_TYP, kid: device_id },
      {
        ...{ sid: session_id, claim_id, challenge, decision, number, context_hash },
        ...{ client_id: request.client.client_id, origin: request.origin },
      },
    )

  return {
    sub,
    headers,
    sign: signDecision,
    claim: async (request) => (await post('/v1/claims', request)).json() as Promise<Claim>,
    async approve(claim, number) {
      await post(`/v1/claims/${claim.claim_id}/decision`, { decision: await signDecision(claim, 'approve', number) })
    },
  }
}
