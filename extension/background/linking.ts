/**
 * Linking this browser to an account: a key is made here, a person says yes on the gateway's own page after comparing a
 * phrase, and the token comes back. The ceremony is kept, so the worker may die in the middle of it.
 */
import * as v from 'valibot'
import { bodyOf, call, Done, GatewayError } from '../../shared/client/call.ts'
import { createDeviceKey, deleteDeviceKey, keepToken, loadDeviceKey, signJws } from '../../shared/client/device-key.ts'
import { watchLink } from '../../shared/client/watch-approver.ts'
import { DEVICE_PROOF_TYP, SIGNED_SECONDS } from '../../shared/protocol/decision.ts'
import { LinkCreated, type LinkView } from '../../shared/protocol/messages.ts'
import { browser } from '../browser.ts'
import { originOf } from '../origins.ts'
import { Refusal, toProblem } from '../problem.ts'
import { type Account, type Linking, read, update, write } from '../state.ts'
import { browserName } from './browser-name.ts'
import { forgetAccount, forgetEnded, needOrdinary } from './identity.ts'
import { settle } from './inbox.ts'

let watch: AbortController | null = null

/** Makes the key, announces it, and opens the gateway's page. Throws a Refusal or GatewayError, having kept nothing. */
export async function startLink(issuer: string): Promise<void> {
  needOrdinary()
  if (!(await read('gateways')).some((one) => one.issuer === issuer)) throw new Refusal({ code: 'no_gateway' })
  await cancelLink()
  const account_id = crypto.randomUUID()
  const created = await announce(issuer, account_id).catch(async (error) => {
    await deleteDeviceKey(account_id)
    throw error
  })
  const { link_id, link_secret, link_uri, phrase } = created
  const ends_at = Date.now() + created.expires_in * 1000
  await write('linking', { account_id, issuer, link_id, link_secret, link_uri, phrase, ends_at, state: 'pending' })
  await resumeLink()
  await browser.tabs.create({ url: link_uri })
}

/** Makes the key and tells the gateway of it. A clock that is wrong here is no obstacle: the gateway says what time it is. */
async function announce(issuer: string, account_id: string): Promise<LinkCreated> {
  const key = await createDeviceKey(account_id)
  const name = await browserName()
  const offer = async (iat: number): Promise<LinkCreated> => {
    const payload = { aud: issuer, jti: crypto.randomUUID(), iat, exp: iat + SIGNED_SECONDS }
    const proof = await signJws(key, { typ: DEVICE_PROOF_TYP }, payload)
    return call(`${issuer}/v1/links`, LinkCreated, { json: { name, public_key: key.public_key, proof } })
  }
  const created = await offer(Math.floor(Date.now() / 1000)).catch((error) => {
    const told = v.safeParse(ServerTime, bodyOf(error))
    if (!(error instanceof GatewayError) || error.code !== 'invalid_proof' || !told.success) throw error
    return offer(told.output.now)
  })
  if (originOf(created.link_uri) !== issuer) throw new Refusal({ code: 'not_a_gateway' })
  return created
}

const ServerTime = v.object({ now: v.pipe(v.number(), v.integer()) })

/** Goes on waiting for the ceremony that is kept, if one is. */
export async function resumeLink(): Promise<void> {
  const linking = await read('linking')
  if (linking?.state !== 'pending' || watch) return
  // The worker died right after it had kept the account.
  if (await isLinked(linking.account_id)) return void (await write('linking', null))
  if (linking.ends_at <= Date.now()) return end('expired')
  watch = new AbortController()
  const onView = (view: LinkView): void => void receive(linking, view)
  const onRefused = (error: GatewayError): void =>
    void (error.status === 401 || error.status === 404 ? end('expired') : end('failed', toProblem(error)))
  watchLink(linking.issuer, linking.link_id, linking.link_secret, { onView, onRefused }, watch.signal)
}

/** Also puts away how the last one ended. */
export async function cancelLink(): Promise<void> {
  stop()
  const linking = await read('linking')
  await write('linking', null)
  if (linking && !(await isLinked(linking.account_id))) await deleteDeviceKey(linking.account_id)
}

/** Ends the link on both sides; on this side also when the gateway cannot be told. */
export async function unlink(account_id: string): Promise<void> {
  needOrdinary()
  const account = (await read('accounts')).find((one) => one.account_id === account_id)
  const token = await tokenOf(account_id)
  await forgetAccount(account_id, null)
  await settle()
  if (account) await revoke(account, token)
}

const tokenOf = async (account_id: string): Promise<string | undefined> => (await loadDeviceKey(account_id))?.token

async function revoke({ issuer, device_id }: Account, token: string | undefined): Promise<void> {
  const url = `${issuer}/v1/devices/${encodeURIComponent(device_id)}`
  try {
    await call(url, Done, { method: 'DELETE', bearer: token ?? null })
  } catch (error) {
    throw new Refusal({ code: 'unlinked_here_only', description: toProblem(error).description ?? '' })
  }
}

async function receive(linking: Linking, view: LinkView): Promise<void> {
  if (view.state === 'pending') return
  const { account, device_id, device_token } = view
  if (view.state !== 'accepted') return end(view.state)
  const { account_id, issuer } = linking
  if (!account || !device_id || !device_token || !(await keepToken(account_id, device_token))) {
    return end('failed', { code: 'not_a_gateway' })
  }
  stop()
  await keep({ account_id, issuer, ...account, device_id })
}

/** An account that was linked already keeps its place, and the link of before ends: one device for it here, not two. */
async function keep(account: Account): Promise<void> {
  const same = ({ issuer, sub }: Account): boolean => issuer === account.issuer && sub === account.sub
  const before = (await read('accounts')).find(same)
  await update('accounts', (all) =>
    all.some(same) ? all.map((one) => (same(one) ? account : one)) : [...all, account],
  )
  await write('linking', null)
  await forgetEnded(account.issuer, account.sub)
  const token = before && (await tokenOf(before.account_id))
  if (before) await forgetAccount(before.account_id, null)
  await settle()
  if (before) await revoke(before, token).catch(() => {})
}

const isLinked = async (account_id: string): Promise<boolean> =>
  (await read('accounts')).some((one) => one.account_id === account_id)

async function end(state: 'refused' | 'expired' | 'failed', problem?: Linking['problem']): Promise<void> {
  stop()
  const linking = await update('linking', (now) => now && { ...now, state, ...(problem && { problem }) })
  if (linking) await deleteDeviceKey(linking.account_id)
}

function stop(): void {
  watch?.abort()
  watch = null
}
