/** The gateway's routes that only its own pages use. All of them go to the page's own origin, with its cookie. */
import * as v from 'valibot'
import type { Page } from '../../shared/client/account.ts'
import { type CallInit, call } from '../../shared/client/call.ts'
import { type DeviceKey, signJws } from '../../shared/client/device-key.ts'
import { Activity, type SignUpRequest } from '../../shared/protocol/account.ts'
import { DEVICE_PROOF_TYP, SIGNED_SECONDS } from '../../shared/protocol/decision.ts'
import {
  DeviceChallenge,
  Enrolled,
  type EnrolRequest,
  LinkAnswer,
  LinkOffer,
  Me,
} from '../../shared/protocol/messages.ts'
import {
  type Assertion,
  type Attestation,
  type Passkey,
  PasskeyCreation,
  PasskeyList,
  PasskeyRequest,
} from '../../shared/protocol/passkey.ts'
import { SESSION_MEDIA_TYPE, SessionCreated } from '../../shared/protocol/session-messages.ts'

const here = <T>(path: string, schema: v.GenericSchema<unknown, T>, init: CallInit = {}): Promise<T> =>
  call(new URL(path, location.origin).href, schema, { credentials: 'same-origin', ...init })

/** OpenID Connect Core §3.1.2.1 by POST, answered with a session in place of a page. */
export const createSession = (params: Record<string, string>, signal: AbortSignal): Promise<SessionCreated> =>
  here('/authorize', SessionCreated, {
    form: new URLSearchParams(params),
    headers: { accept: SESSION_MEDIA_TYPE },
    signal,
  })

export const me = (): Promise<Me> => here('/v1/me', Me)

/** Rejects with `sign_in_failed` for whatever was wrong with the two. */
export const signIn = (username: string, password: string): Promise<unknown> =>
  here('/v1/sign-in', v.unknown(), { json: { username, password } })

/** Makes the account and signs this browser in with it. */
export const signUp = (json: SignUpRequest): Promise<Me> => here('/v1/accounts', Me, { json })

/** `everywhere`: all browsers of the account, with the devices they were. */
export const signOut = (everywhere = false): Promise<unknown> =>
  here('/v1/sign-out', v.unknown(), { json: { everywhere } })

/** Rejects with `fresh_sign_in_required` when the sign-in is too old for it. */
export const changePassword = (new_password: string, current_password?: string): Promise<unknown> =>
  here('/v1/me/password', v.unknown(), { json: { new_password, current_password } })

/** Makes `key` this browser's device; rejects with `fresh_sign_in_required` when the sign-in is too old for that. */
export async function enrol(issuer: string, sub: string, name: string, key: DeviceKey): Promise<string> {
  const { challenge, now } = await here('/v1/devices/challenge', DeviceChallenge, { method: 'POST' })
  const payload = { aud: issuer, sub, challenge, iat: now, exp: now + SIGNED_SECONDS }
  const proof = await signJws(key, { typ: DEVICE_PROOF_TYP }, payload)
  const json: EnrolRequest = { name, public_key: key.public_key, proof }
  const { device_id } = await here('/v1/devices', Enrolled, { json })
  return device_id
}

export const passkeyRequest = (): Promise<PasskeyRequest> =>
  here('/v1/sign-in/passkey/options', PasskeyRequest, { method: 'POST' })

/** Rejects with `sign_in_failed` for whatever was wrong with it. */
export const signInWithPasskey = (passkey: Assertion): Promise<unknown> =>
  here('/v1/sign-in/passkey', v.unknown(), { json: { passkey } })

export const passkeys = async (): Promise<Passkey[]> => (await here('/v1/me/passkeys', PasskeyList)).passkeys

/** This and the three below reject with `fresh_sign_in_required` when the sign-in is too old for a change. */
export const passkeyCreation = (): Promise<PasskeyCreation> =>
  here('/v1/me/passkeys/options', PasskeyCreation, { method: 'POST' })

export const addPasskey = (name: string, passkey: Attestation): Promise<unknown> =>
  here('/v1/me/passkeys', v.unknown(), { json: { name, passkey } })

export const renamePasskey = (passkey_id: string, name: string): Promise<unknown> =>
  here(`/v1/me/passkeys/${encodeURIComponent(passkey_id)}`, v.unknown(), { method: 'PATCH', json: { name } })

export const removePasskey = (passkey_id: string): Promise<unknown> =>
  here(`/v1/me/passkeys/${encodeURIComponent(passkey_id)}`, v.unknown(), { method: 'DELETE' })

/** Rejects with `fresh_sign_in_required` when it is not this browser and the sign-in is too old. */
export const removeDevice = (device_id: string): Promise<unknown> =>
  here(`/v1/devices/${encodeURIComponent(device_id)}`, v.unknown(), { method: 'DELETE' })

const linkPath = (link_id: string) => `/v1/links/${encodeURIComponent(link_id)}`

export const activity = async (limit: number, before?: string): Promise<Page<Activity['activity'][number]>> => {
  const query = new URLSearchParams({ limit: String(limit), ...(before !== undefined && { before }) })
  const { activity: items, next } = await here(`/v1/activity?${query}`, Activity)
  return { items, next }
}

export const linkOffer = (link_id: string): Promise<LinkOffer> => here(`${linkPath(link_id)}/offer`, LinkOffer)

export const answerLink = (link_id: string, answer: 'accept' | 'refuse'): Promise<LinkAnswer> =>
  here(`${linkPath(link_id)}/${answer}`, LinkAnswer, { method: 'POST' })
