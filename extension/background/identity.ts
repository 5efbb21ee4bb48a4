/** Who this browser is to its gateways: accounts, each with its key and its token, all three or nobody. */
import type { Approver } from '../../shared/client/approver.ts'
import { deleteDeviceKey, keepToken, loadDeviceKey } from '../../shared/client/device-key.ts'
import { browser } from '../browser.ts'
import type { Problem } from '../messages.ts'
import { Refusal } from '../problem.ts'
import { type Account, read, update } from '../state.ts'
import { tokensApart } from './old-state.ts'

export interface Identity extends Approver {
  account_id: string
  device_token: string
}

/**
 * Null when this browser is not linked to that account. A private window of Chrome has the profile's stored accounts but
 * not its IndexedDB, so there is no key and it approves nothing.
 */
export async function loadApprover(account_id: string): Promise<Identity | null> {
  const account = (await read('accounts')).find((one) => one.account_id === account_id)
  return account ? withKey(account) : null
}

export async function needApprover(account_id: string): Promise<Identity> {
  const approver = await loadApprover(account_id)
  if (!approver) throw new Refusal({ code: 'not_linked' })
  return approver
}

/** All that can answer, the default one first. */
export async function loadApprovers(): Promise<Identity[]> {
  const all = await Promise.all((await read('accounts')).map(withKey))
  return all.filter((one) => one !== null)
}

/**
 * Who answers a code of this gateway: the chosen account if it is one of that gateway's, or else the first that is. Throws a
 * Refusal that says what is missing: the gateway, or an account there. Nothing is ever added because a code names it.
 */
export async function approverAt(issuer: string, chosen?: string): Promise<Identity> {
  const approvers = await loadApprovers()
  const there = approvers.filter((one) => one.issuer === issuer)
  const approver = there.find(({ account_id }) => account_id === chosen) ?? there[0]
  if (approver) return approver
  const known = (await read('gateways')).some((gateway) => gateway.issuer === issuer)
  throw new Refusal({ code: known ? 'no_account_there' : 'other_gateway', values: { theirs: issuer } })
}

/** The one that answers what any could. */
export async function makeDefault(account_id: string): Promise<void> {
  const first = ({ account_id: id }: Account): boolean => id === account_id
  await update('accounts', (all) => [...all.filter(first), ...all.filter((one) => !first(one))])
}

/** Forgets an account, its key and its token. `because` is kept for the person when it was the gateway that ended it. */
export async function forgetAccount(account_id: string, because: Problem | null): Promise<void> {
  const account = (await read('accounts')).find((one) => one.account_id === account_id)
  if (account && because) {
    const { issuer, sub, username, name } = account
    await forgetEnded(issuer, sub)
    await update('ended', (all) => [...all, { issuer, sub, username, name, problem: because }])
  }
  await update('accounts', (all) => all.filter((one) => one.account_id !== account_id))
  await update('inbox', ({ items, liveness }) => ({
    items: items.filter((item) => item.account_id !== account_id),
    liveness: Object.fromEntries(Object.entries(liveness).filter(([id]) => id !== account_id)),
  }))
  await update('overview', (overview) => (overview?.account_id === account_id ? null : overview))
  await deleteDeviceKey(account_id)
}

/** The person has read that this one had ended, or it is linked again. */
export async function forgetEnded(issuer: string, sub: string): Promise<void> {
  await update('ended', (all) => all.filter((one) => one.issuer !== issuer || one.sub !== sub))
}

/** A private window of Chrome runs a background of its own beside the stored accounts of the ordinary one. */
export const inPrivate = (): boolean => browser.extension.inIncognitoContext === true

/** It has not their keys and tokens, so it can neither make a link nor end one. */
export function needOrdinary(): void {
  if (inPrivate()) throw new Refusal({ code: 'private_window' })
}

/**
 * Puts the tokens that an earlier version kept among the accounts with their keys, and only then takes them away. The token
 * of a key that is gone goes too: it could answer nothing. Again is the same.
 */
export async function takeTokensIn(): Promise<void> {
  if (inPrivate()) return
  const { tokens } = tokensApart(await read('accounts'))
  if (tokens.size === 0) return
  for (const [account_id, token] of tokens) await keepToken(account_id, token)
  await update('accounts', (all) => tokensApart(all).accounts)
}

async function withKey(account: Account): Promise<Identity | null> {
  const key = await loadDeviceKey(account.account_id)
  if (key?.token === undefined) return null
  const { account_id, issuer, sub, device_id } = account
  return { account_id, issuer, sub, device_id, device_token: key.token, key }
}
