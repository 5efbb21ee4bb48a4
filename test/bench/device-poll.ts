/**
 * Devices that poll (RFC 8628) for the bench: all of them wait, then one after the other is approved. Measured from the
 * decision's answer until the device has its tokens, by openid-client as it is and by nothing but node:http.
 */
import { request } from 'node:http'
import { json } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import * as oidc from 'openid-client'
import type { Client } from '../demo/gateway.ts'
import type { Device } from './device.ts'

export const RUNS = 30

/** Milliseconds in which a poll that was sent is held for certain; a person takes longer. */
const SETTLING = 200

/** A device whose poll is on its way. */
interface Polling {
  user_code: string
  /** When the tokens were there, by performance.now(). */
  done: Promise<number>
}

/** Milliseconds each; one that had its tokens before the approver had an answer counts as below zero. */
async function approved(device: Device, polling: Polling[]): Promise<number[]> {
  await delay(SETTLING)
  const waits: number[] = []
  for (const { user_code, done } of polling) {
    await device.approve(await device.claim({ user_code }))
    const answered = performance.now()
    waits.push((await done) - answered)
  }
  return waits
}

export async function polledByOpenidClient(issuer: string, client: Client, device: Device): Promise<number[]> {
  const { client_id, client_secret } = client
  const begin = async (): Promise<Polling> => {
    const server = await oidc.discovery(new URL(issuer), client_id, client_secret, undefined, {
      execute: [oidc.allowInsecureRequests],
    })
    const codes = await oidc.initiateDeviceAuthorization(server, { scope: 'openid profile' })
    const { promise: sent, resolve: isSent } = Promise.withResolvers<void>()
    server[oidc.customFetch] = (url, init) => {
      isSent()
      return fetch(url, init as RequestInit)
    }
    const done = oidc.pollDeviceAuthorizationGrant(server, codes).then(() => performance.now())
    await sent
    return { user_code: codes.user_code, done }
  }
  return approved(device, await Promise.all(Array.from({ length: RUNS }, begin)))
}

export async function polledByHand(issuer: string, client: Client, device: Device): Promise<number[]> {
  const post = (path: string, fields: Record<string, string>): Promise<Record<string, string>> =>
    posted(`${issuer}${path}`, new URLSearchParams({ ...client, ...fields }).toString())
  const begin = async (): Promise<Polling> => {
    const { user_code = '', device_code = '' } = await post('/device_authorization', { scope: 'openid profile' })
    const grant_type = 'urn:ietf:params:oauth:grant-type:device_code'
    const done = post('/token', { grant_type, device_code }).then(({ error }) => {
      if (error !== undefined) throw new Error(error)
      return performance.now()
    })
    return { user_code, done }
  }
  return approved(device, await Promise.all(Array.from({ length: RUNS }, begin)))
}

/** A POST of a form by node:http alone; resolves with the JSON of the answer. */
export function posted(url: string, form: string): Promise<Record<string, string>> {
  const { promise, resolve, reject } = Promise.withResolvers<Record<string, string>>()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  request(url, { method: 'POST', headers }, (answer) => json(answer).then((body) => resolve(body as never), reject))
    .once('error', reject)
    .end(form)
  return promise
}
