/** Which gateway this browser belongs to: one, chosen by its person, and checked to be one before it is kept. */
import * as v from 'valibot'
import { call } from '../../shared/client/call.ts'
import { browser } from '../browser.ts'
import { gatewayAddress, hostPattern } from '../origins.ts'
import { Refusal } from '../problem.ts'
import { read, write } from '../state.ts'
import { giveBack, refreshSites, switchAllOff } from './sites.ts'

const Discovery = v.object({ issuer: v.string() })

/** Throws a Refusal or GatewayError and changes nothing when there is no gateway at that address. */
export async function useGateway(address: string): Promise<void> {
  const issuer = gatewayAddress(address)
  if (issuer === null) throw new Refusal({ code: 'bad_address' })
  const before = await read('gateway')
  if (before?.issuer !== issuer && (await read('account'))) throw new Refusal({ code: 'unlink_first' })
  if (!(await browser.permissions.contains({ origins: [hostPattern(issuer)] }))) {
    throw new Refusal({ code: 'permission_needed', values: { host: new URL(issuer).host } })
  }
  await check(issuer).catch(async (error) => {
    await giveBack([issuer])
    throw error
  })
  if (before && before.issuer !== issuer) await switchAllOff()
  await write('gateway', { issuer })
  if (before) await giveBack([before.issuer])
  await refreshSites()
}

/** OpenID Connect Discovery §4.3: who answers there must say that it is this issuer. */
async function check(issuer: string): Promise<void> {
  const { issuer: named } = await call(`${issuer}/.well-known/openid-configuration`, Discovery)
  if (named !== issuer) throw new Refusal({ code: 'other_issuer', values: { issuer: named.slice(0, 300) } })
}

export async function needGateway(): Promise<string> {
  const gateway = await read('gateway')
  if (!gateway) throw new Refusal({ code: 'no_gateway' })
  return gateway.issuer
}
