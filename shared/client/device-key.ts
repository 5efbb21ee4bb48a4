/**
 * This device's key: P-256, made here, never extractable, kept in IndexedDB as the opaque CryptoKey that it is. Whoever
 * owns the browser profile can use it; nobody can read it. A token may lie with it. Knows nothing of accounts.
 */
import type { PublicJwk } from '../protocol/messages.ts'
import { toBase64url } from '../protocol/ticket.ts'

const DATABASE = 'nod'
const STORE = 'keys'
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const

export interface DeviceKey {
  readonly public_key: PublicJwk
  /** ES256 as JWS has it (RFC 7518 §3.4): the 64 bytes r || s. */
  sign(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array>
}

interface StoredKey {
  private_key: CryptoKey
  public_key: PublicJwk
  token?: string
}

/** With what its holder says who it is, once somebody has given it that: the two come and go as one. */
export interface KeptKey extends DeviceKey {
  readonly token: string | undefined
}

/** Replaces a key of the same name. */
export async function createDeviceKey(name: string): Promise<DeviceKey> {
  const pair = await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify'])
  const { x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  if (x === undefined || y === undefined) throw new TypeError('an EC public key without coordinates')
  const stored: StoredKey = { private_key: pair.privateKey, public_key: { kty: 'EC', crv: 'P-256', x, y } }
  await inStore('readwrite', (keys) => keys.put(stored, name))
  return deviceKey(stored)
}

/** Null where none of that name was made, or the browser has since forgotten it. */
export async function loadDeviceKey(name: string): Promise<KeptKey | null> {
  const stored: StoredKey | undefined = await inStore('readonly', (keys) => keys.get(name))
  return stored ? { ...deviceKey(stored), token: stored.token } : null
}

/** Puts a token with the key of that name; false, and nothing is kept, where there is none. */
export async function keepToken(name: string, token: string): Promise<boolean> {
  const stored: StoredKey | undefined = await inStore('readwrite', (keys) => {
    const reading = keys.get(name)
    reading.onsuccess = () => reading.result && keys.put({ ...reading.result, token }, name)
    return reading
  })
  return stored !== undefined
}

export async function deleteDeviceKey(name: string): Promise<void> {
  await inStore('readwrite', (keys) => keys.delete(name))
}

/** A compact JWS (RFC 7515 §3.1); `alg` is added to the header. */
export async function signJws(key: DeviceKey, header: object, payload: object): Promise<string> {
  const signing_input = `${encodeJson({ alg: 'ES256', ...header })}.${encodeJson(payload)}`
  const signature = await key.sign(new TextEncoder().encode(signing_input))
  return `${signing_input}.${toBase64url(signature)}`
}

const encodeJson = (value: object) => toBase64url(new TextEncoder().encode(JSON.stringify(value)))

const deviceKey = ({ private_key, public_key }: StoredKey): DeviceKey => ({
  public_key,
  sign: async (data) => new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, private_key, data)),
})

/** Runs one request in a transaction of its own; resolves once that is committed, not merely requested. */
async function inStore<T>(mode: IDBTransactionMode, ask: (keys: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open()
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(STORE, mode)
      const request = ask(transaction.objectStore(STORE))
      transaction.oncomplete = () => resolve(request.result)
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? request.error)
    })
  } finally {
    database.close()
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(STORE)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
