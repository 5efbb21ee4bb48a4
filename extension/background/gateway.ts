/** Which gateways this browser belongs to: chosen by its person, and each checked to be one before it is kept. */
import * as v from 'valibot'
import { call } from '../../shared/client/call.ts'
import { browser } from '../browser.ts'
import { gatewayAddress, hostPattern } from '../origins.ts'
import { Refusal } from '../problem.ts'
import { read, update } from '../state.ts'
import { needOrdinary } from './identity.ts'
import { unlink } from './linking.ts'
import { forgetSites, giveBack, refreshSitesOf } from './sites.ts'

const Discovery = v.object({ issuer: v.string(), acr_values_supported: v.optional(v.array(v.string()), []) })

/** Throws a Refusal or GatewayError and changes nothing when there is no gateway at that address. Again is the same. */
export async function addGateway(address: string): Promise<void> {
  const issuer = gatewayAddress(address)
  if (issuer === null) throw new Refusal({ code: 'bad_address' })
  if (!(await browser.permissions.contains({ origins: [hostPattern(issuer)] }))) {
    throw new Refusal({ code: 'permission_needed', values: { host: new URL(issuer).host } })
  }
  await check(issuer).catch(async (error) => {
    await giveBack([issuer])
    throw error
  })
  const fresh = { issuer, sites: [], sites_problem: null }
  await update('gateways', (all) => (all.some((one) => one.issuer === issuer) ? all : [...all, fresh]))
  await refreshSitesOf(issuer)
}

/** With everything that came of it: its accounts, its sites, what the browser was asked for. */
export async function removeGateway(issuer: string): Promise<void> {
  needOrdinary()
  const there = (await read('accounts')).filter((account) => account.issuer === issuer)
  const unlinked = await Promise.allSettled(there.map(({ account_id }) => unlink(account_id)))
  await update('linking', (linking) => (linking?.issuer === issuer ? null : linking))
  await update('ended', (all) => all.filter((one) => one.issuer !== issuer))
  await update('gateways', (all) => all.filter((one) => one.issuer !== issuer))
  await forgetSites(issuer)
  const failed = unlinked.find((one) => one.status === 'rejected')
  if (failed) throw failed.reason
}

/** OpenID Connect Discovery §4.3: who answers there must say that it is this issuer. */
async function check(issuer: string): Promise<void> {
  const { issuer: named, acr_values_supported } = await call(`${issuer}/.well-known/openid-configuration`, Discovery)
  if (named !== issuer) throw new Refusal({ code: 'other_issuer', values: { issuer: named.slice(0, 300) } })
  // There are many providers that are no gateway of this kind; what they speak is the same up to here.
  if (!acr_values_supported.includes(`${issuer}/acr/device-key`)) throw new Refusal({ code: 'not_a_gateway' })
}
