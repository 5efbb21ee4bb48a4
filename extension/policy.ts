/**
 * What an organisation has laid down for its browsers (`storage.managed`): suggestions that are waiting in the settings. They
 * ask for no permission, link nothing and put nothing into any page; each takes its person's own press.
 */
import { browser } from './browser.ts'
import { gatewayAddress, originOf } from './origins.ts'

export interface Policy {
  /** The gateway's address, or null. */
  gateway: string | null
  /** Origins of sites to be switched on. */
  sites: string[]
}

/** Nothing where there is no policy; what is malformed in one counts as not said. */
export async function readPolicy(): Promise<Policy> {
  // Firefox refuses where nobody has laid down anything.
  const said = await browser.storage.managed.get(['gateway', 'sites']).catch(() => ({}))
  return policyOf(said)
}

export function policyOf({ gateway, sites }: Record<string, unknown>): Policy {
  const texts = Array.isArray(sites) ? sites.filter((one) => typeof one === 'string') : []
  return {
    gateway: typeof gateway === 'string' ? gatewayAddress(gateway) : null,
    sites: texts.flatMap((one) => originOf(one) ?? []),
  }
}
