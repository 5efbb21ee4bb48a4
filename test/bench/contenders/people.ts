/** Approvers for load: accounts with an enrolled extension each, written straight into the file before the gateway starts. */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { insert, openDatabase } from '../../../gateway/store/database.ts'

export interface Approver {
  readonly sub: string
  readonly device_id: string
  readonly device_token: string
  readonly key: KeyObject
}

const now = (): number => Math.floor(Date.now() / 1000)

/** `file`: a database that the gateway has made and does not use at the moment. */
export function enrolApprovers(file: string, count: number): Approver[] {
  const db = openDatabase(file, 'write')
  const approvers = Array.from({ length: count }, (_, i): Approver => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { x, y } = publicKey.export({ format: 'jwk' })
    const name = `bench-${i}`
    const device_token = randomBytes(32).toString('base64url')
    const account = { sub: name, username: name, username_key: name, name, created_at: now() }
    const device = { device_id: randomBytes(16).toString('base64url'), sub: name, kind: 'extension', name }
    insert(db, 'accounts', account)
    insert(db, 'devices', {
      ...device,
      public_key: { kty: 'EC', crv: 'P-256', x, y },
      token_hash: createHash('sha256').update(device_token).digest('base64url'),
      created_at: now(),
    })
    return { sub: name, device_id: device.device_id, device_token, key: privateKey }
  })
  db.close()
  return approvers
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A compact JWS with ES256. */
export function signStatement({ key, device_id }: Approver, typ: string, payload: object): string {
  const text = `${encode({ alg: 'ES256', typ, kid: device_id })}.${encode(payload)}`
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}
