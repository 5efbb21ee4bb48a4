/**
 * Brings the demo site and a gateway together the way any site and any gateway meet: the operator registers a client
 * with `nod client add` and hands its id and secret to the site's developer.
 */
import type { Client, Gateway } from './gateway.ts'
import { CALLBACK_PATH, LOGOUT_PATH, START_PATH } from './site/routes.ts'
import { type RunningSite, serveSite } from './site/serve.ts'

export const SHOP_NAME = 'Tidewater Tea'

/** Registers the shop, reached at `origin`, and answers its credentials. */
export const registerShop = (gateway: Gateway, origin: string, start_path = START_PATH): Promise<Client> =>
  gateway.addClient([
    ...['--name', SHOP_NAME, '--origin', origin, '--redirect-uri', origin + CALLBACK_PATH],
    ...['--backchannel-logout-uri', origin + LOGOUT_PATH],
    ...['--start-uri', origin + start_path, '--login-match', `${origin}/login*`, '--mount', '#nod-login'],
  ])

export const openShop = (gateway: Gateway, origin: string, client: Client): Promise<RunningSite> =>
  serveSite(origin, { issuer: gateway.issuer, ...client })
