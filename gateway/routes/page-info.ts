/** What can be said of a browser from its headers, for people to recognise it by. The one door to bowser. */
import Bowser from 'bowser'
import type { Config } from '../config.ts'
import type { PageInfo } from '../store/rows.ts'
import { addressOf, type Ctx } from './request.ts'

/** Names are shortened and may be made up by the client: shown as a hint, never used to decide. */
export function pageInfo(c: Ctx, config: Config): PageInfo {
  const ip = addressOf(c, config)
  const country = config.geoip?.countryOf(ip)
  const from = { ip, ...(country !== undefined && { country }) }
  const agent = c.req.header('user-agent')?.slice(0, 400)
  if (!agent) return { browser: 'Unknown', os: 'Unknown', ...from }
  const { browser, os } = Bowser.parse(agent)
  const major = browser.version?.split('.')[0]
  return {
    browser: [browser.name || 'Unknown', major].filter(Boolean).join(' ').slice(0, 60),
    os: (os.name || 'Unknown').slice(0, 60),
    ...from,
  }
}
