/**
 * What an organisation has laid down for its browsers (`storage.managed`): suggestions that are waiting in the settings. They
 * ask for no permission, link nothing and put nothing into any page; each takes its person's own press. Pure.
 */
import { gatewayAddress, originOf } from './origins.ts'

export interface Policy {
  /** The gateway's address, or null. */
  gateway: string | null
  /** Origins of sites to be switched on. */
  sites: string[]
}

/** What is malformed counts as not said. */
export function policyOf({ gateway, sites }: Record<string, unknown>): Policy {
  const texts = Array.isArray(sites) ? sites.filter((one) => typeof one === 'string') : []
  return {
    gateway: typeof gateway === 'string' ? gatewayAddress(gateway) : null,
    sites: texts.flatMap((one) => originOf(one) ?? []),
  }
}
