/**
 * An authenticator made of node:crypto (WebAuthn Level 3 §6), so that each member of what it says can be wrong: the part
 * of the browser too, which writes the client data.
 */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { Assertion, Attestation } from '../../shared/protocol/passkey.ts'

const UP = 0x01
const UV = 0x04
const AT = 0x40

const b64 = (bytes: Uint8Array | string): string => Buffer.from(bytes as string).toString('base64url')
const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest()

/** What a test can have said wrongly. */
export interface Lies {
  challenge?: string
  origin?: string
  rp_id?: string
  type?: string
  cross_origin?: boolean
  top_origin?: string
  flags?: number
  sign_count?: number
  user_handle?: string | null
  /** Bytes signed in place of the right ones. */
  signs?: Uint8Array
  id?: string
  credential_type?: string
}

export interface Authenticator {
  id: string
  register(options: { challenge: string; user: { id: string } }, lies?: Lies): Attestation
  assert(challenge: string, lies?: Lies): Assertion
}

/** `counts`: whether it counts its signatures; passkeys that are synced say 0 each time. */
export function authenticator(origin: string, { counts = true } = {}): Authenticator {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x, y } = publicKey.export({ format: 'jwk' })
  const raw_id = randomBytes(32)
  const id = b64(raw_id)
  const rp_id = new URL(origin).hostname
  let user_handle: string | null = null
  let count = 0

  const clientData = (type: string, challenge: string, lies: Lies): Buffer =>
    Buffer.from(
      JSON.stringify({
        type: lies.type ?? type,
        challenge: lies.challenge ?? challenge,
        origin: lies.origin ?? origin,
        crossOrigin: lies.cross_origin ?? false,
        ...(lies.top_origin !== undefined && { topOrigin: lies.top_origin }),
      }),
    )
  const authenticatorData = (flags: number, lies: Lies, more: Uint8Array = Buffer.alloc(0)): Buffer => {
    if (counts) count += 1
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(lies.sign_count ?? count)
    return Buffer.concat([sha256(lies.rp_id ?? rp_id), Buffer.from([lies.flags ?? flags]), counter, more])
  }

  return {
    id,
    register({ challenge, user }, lies = {}) {
      user_handle = user.id
      // COSE_Key {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}, RFC 9053 §7.1
      const cose = Buffer.concat([
        Buffer.from('a5010203262001215820', 'hex'),
        Buffer.from(x!, 'base64url'),
        Buffer.from('225820', 'hex'),
        Buffer.from(y!, 'base64url'),
      ])
      const credential = Buffer.concat([Buffer.alloc(16), Buffer.from([0, raw_id.length]), raw_id, cose])
      const { flags = UP | UV, ...others } = lies
      const auth_data = authenticatorData(flags | AT, others, credential)
      const attestation = Buffer.concat([
        Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746158', 'hex'),
        Buffer.from([auth_data.length]),
        auth_data,
      ])
      return {
        id: lies.id ?? id,
        rawId: lies.id ?? id,
        type: lies.credential_type ?? 'public-key',
        response: {
          clientDataJSON: b64(clientData('webauthn.create', challenge, lies)),
          attestationObject: b64(attestation),
          transports: ['internal'],
        },
      }
    },
    assert(challenge, lies = {}) {
      const client_data = clientData('webauthn.get', challenge, lies)
      const auth_data = authenticatorData(UP | UV, lies)
      const signed = lies.signs ?? Buffer.concat([auth_data, sha256(client_data)])
      return {
        id: lies.id ?? id,
        rawId: lies.id ?? id,
        type: lies.credential_type ?? 'public-key',
        response: {
          clientDataJSON: b64(client_data),
          authenticatorData: b64(auth_data),
          signature: b64(sign('sha256', signed, privateKey)),
          userHandle: lies.user_handle === undefined ? user_handle : lies.user_handle,
        },
      }
    },
  }
}
