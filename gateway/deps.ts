/** What every use case is built from; made once, by the command that runs the gateway or by a test. */
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { Hub } from './hub.ts'
import type { Limits } from './limits.ts'
import type { Counted } from './metrics.ts'
import type { Presence } from './presence.ts'
import type { Derive } from './secrets.ts'
import type { Store } from './store/store.ts'
import type { Log } from './telemetry.ts'

export interface Deps {
  config: Config
  clock: Clock
  store: Store
  hub: Hub
  presence: Presence
  limits: Limits
  derive: Derive
  log: Log
  metrics: Counted
}
