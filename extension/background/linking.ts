/**
 * Linking this browser to an account: a key is made here, a person says yes on the gateway's own page after comparing a
 * phrase, and the token comes back. The ceremony is kept, so the worker may die in the middle of it.
 */
import * as v from 'valibot'
import { bodyOf, call, Done, GatewayError } from '../../shared/client/call.ts'
import { createDeviceKey, loadDeviceKey, signJws } from '../../shared/client/device-key.ts'
import { watchLink } from '../../shared/client/watch-approver.ts'
import { DEVICE_PROOF_TYP, SIGNED_SECONDS } from '../../shared/protocol/decision.ts'
import { LinkCreated, type LinkView } from '../../shared/protocol/messages.ts'
import { browser } from '../browser.ts'
import { originOf } from '../origins.ts'
import { Refusal, toProblem } from '../problem.ts'
import { type Linking, read, update, write } from '../state.ts'
import { browserName } from './browser-name.ts'
import { needGateway } from './gateway.ts'
import { forgetAccount, inPrivate, KEY_NAME, loadApprover } from './identity.ts'
import { attend } from './inbox.ts'
import { refreshSites } from './sites.ts'

let watch: AbortController | null = null

/** Makes the key, announces it, and opens the gateway's page. Throws a Refusal or GatewayError, having kept nothing. */
export async function startLink(): Promise<void> {
  if (inPrivate()) throw new Refusal({ code: 'private_window' })
  if (await loadApprover()) throw new Refusal({ code: 'unlink_first' })
  const issuer = await needGateway()
  const created = await announce(issuer)
  if (originOf(created.link_uri) !== issuer) throw new Refusal({ code: 'not_a_gateway' })
  const { link_id, link_secret, link_uri, phrase } = created
  const ends_at = Date.now() + created.expires_in * 1000
  await write('account_ended', null)
  await write('linking', { issuer, link_id, link_secret, link_uri, phrase, ends_at, state: 'pending' })
  await resumeLink()
  await browser.tabs.create({ url: link_uri })
}

/** Makes the key and tells the gateway of it. A clock that is wrong here is no obstacle: the gateway says what time it is. */
async function announce(issuer: string): Promise<LinkCreated> {
  const key = await createDeviceKey(KEY_NAME)
  const name = await browserName()
  const offer = async (iat: number): Promise<LinkCreated> => {
    const payload = { aud: issuer, jti: crypto.randomUUID(), iat, exp: iat + SIGNED_SECONDS }
    const proof = await signJws(key, { typ: DEVICE_PROOF_TYP }, payload)
    return call(`${issuer}/v1/links`, LinkCreated, { json: { name, public_key: key.public_key, proof } })
  }
  try {
    return await offer(Math.floor(Date.now() / 1000))
  } catch (error) {
    const told = v.safeParse(ServerTime, bodyOf(error))
    if (!(error instanceof GatewayError) || error.code !== 'invalid_proof' || !told.success) throw error
    return offer(told.output.now)
  }
}

const ServerTime = v.object({ now: v.pipe(v.number(), v.integer()) })

/** Goes on waiting for the ceremony that is kept, if one is. */
export async function resumeLink(): Promise<void> {
  const linking = await read('linking')
  if (linking?.state !== 'pending' || watch) return
  if (linking.ends_at <= Date.now()) return end('expired')
  watch = new AbortController()
  const onView = (view: LinkView): void => void receive(linking, view)
  const onRefused = (error: GatewayError): void =>
    void (error.status === 401 || error.status === 404 ? end('expired') : end('failed', toProblem(error)))
  watchLink(linking.issuer, linking.link_id, linking.link_secret, { onView, onRefused }, watch.signal)
}

export async function cancelLink(): Promise<void> {
  stop()
  await write('linking', null)
}

/** Ends the link on both sides; on this side also when the gateway cannot be told. */
export async function unlink(): Promise<void> {
  const device = await loadApprover()
  const account = await read('account')
  await cancelLink()
  await forgetAccount(null)
  await attend()
  if (!device || !account) return
  const url = `${account.issuer}/v1/devices/${encodeURIComponent(account.device_id)}`
  try {
    await call(url, Done, { method: 'DELETE', bearer: account.device_token })
  } catch (error) {
    throw new Refusal({ code: 'unlinked_here_only', description: toProblem(error).description ?? '' })
  }
}

async function receive(linking: Linking, view: LinkView): Promise<void> {
  if (view.state === 'pending') return
  const { account, device_id, device_token } = view
  if (view.state !== 'accepted') return end(view.state)
  if (!account || !device_id || !device_token || !(await loadDeviceKey(KEY_NAME))) {
    return end('failed', { code: 'not_a_gateway' })
  }
  stop()
  await write('account', { issuer: linking.issuer, ...account, device_id, device_token })
  await write('linking', null)
  await attend()
  await refreshSites()
}

async function end(state: 'refused' | 'expired' | 'failed', problem?: Linking['problem']): Promise<void> {
  stop()
  await update('linking', (linking) => linking && { ...linking, state, ...(problem && { problem }) })
}

function stop(): void {
  watch?.abort()
  watch = null
}
