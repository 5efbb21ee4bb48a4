/**
 * A running gateway put together from its settings: store, use cases, application, sockets, upkeep. Commands and tests
 * start the same one; what the process does with signals and exit codes is the command's.
 */
import { createAccountViews } from './account-view.ts'
import { createAccounts } from './accounts.ts'
import { createActivities } from './activity.ts'
import { createApp } from './app.ts'
import { createAuthorizations } from './authorization.ts'
import { createClaims } from './claims.ts'
import { createClientAssertions } from './client-assertions.ts'
import { createClientCredentials } from './client-credentials.ts'
import { createClientKeys } from './client-keys.ts'
import { createClients } from './clients.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Config } from './config.ts'
import { createDecisions } from './decisions.ts'
import type { Deps } from './deps.ts'
import { createDevices } from './devices.ts'
import { authorizationCodeGrant } from './grants/authorization-code.ts'
import { deviceCodeGrant } from './grants/device-code.ts'
import { refreshTokenGrant } from './grants/refresh-token.ts'
import { createHub } from './hub.ts'
import { createKeys } from './keys.ts'
import { createLimits } from './limits.ts'
import { createLinks } from './links.ts'
import { createLogouts } from './logout.ts'
import { createLogoutNotices } from './logout-notices.ts'
import { countNothing, createMetrics } from './metrics.ts'
import { listenForMetrics, type MetricsListening } from './metrics-listener.ts'
import { createPasskeys } from './passkeys.ts'
import { createPasswordChange } from './password-change.ts'
import { createPasswords } from './passwords.ts'
import { createPolicies } from './policies.ts'
import { createPresence } from './presence.ts'
import { createPresentations } from './presentations.ts'
import { createPushedRequests } from './pushed-requests.ts'
import { createAuthenticate } from './routes/authenticate.ts'
import { createWatches } from './routes/watches.ts'
import { deriver } from './secrets.ts'
import { type Listening, listen } from './server.ts'
import { createSessions } from './sessions.ts'
import { createSignIn } from './sign-in.ts'
import { createSignIns } from './sign-ins.ts'
import { createSignUp } from './sign-up.ts'
import { openStore } from './store/sqlite.ts'
import type { Log } from './telemetry.ts'
import { createTokenStatus } from './token-status.ts'
import { createTokens } from './tokens.ts'

/** Milliseconds between two looks for what time has ended. */
const SWEEP_EVERY = 500
/** Every so many looks, so many rows of each kind are deleted: too few to be felt, enough to keep up. */
const PRUNE_TURN = 4
const PRUNE_SIZE = 500

export interface Gateway {
  deps: Deps
  port: number
  /** Where the metrics listener is; null: it is off. */
  metrics_port: number | null
  /** All that the application answers, so that what holds for every route can be looked at for each. */
  routes: readonly { method: string; path: string }[]
  /** Ends what time has ended and deletes what nobody can ask for; runs by itself twice a second. */
  sweep(): Promise<void>
  stop(): Promise<void>
}

interface Options {
  config: Config
  log: Log
  clock?: Clock
  onFatal(error: Error): void
}

/** Rejects with an Error for the operator when the data folder or the port cannot be used. */
export async function startGateway({ config, log, clock = systemClock(), onFatal }: Options): Promise<Gateway> {
  const hub = createHub()
  const store = openStore(config.data, { exclusive: true, onFatal, onInbox: (sub) => hub.wake(`inbox:${sub}`) })
  let listening: Listening | undefined
  let metricsListening: MetricsListening | undefined
  const metrics =
    config.metrics_listen && createMetrics({ waiting: hub.size, sockets: () => listening?.sockets() ?? 0 })
  const deps: Deps = {
    config,
    log,
    clock,
    store,
    hub,
    presence: createPresence(hub, clock),
    metrics: metrics ?? countNothing,
    limits: createLimits(config.limits === 'on'),
    derive: deriver(store.secret, store.epoch),
  }
  const authenticate = createAuthenticate(deps)
  const passwords = createPasswords()
  const signIn = createSignIn(deps, passwords)
  const devices = createDevices(deps)
  const accountViews = createAccountViews(deps)
  const links = createLinks(deps)
  const sessions = createSessions(deps)
  const policies = createPolicies(deps, sessions)
  const claims = createClaims(deps, sessions, policies, createPresentations(deps, sessions))
  const decisions = createDecisions(deps, sessions, claims, policies)
  const clients = createClients(deps)
  const credentials = createClientCredentials(clients, createClientAssertions(deps, createClientKeys(deps)))
  const keys = createKeys(deps)
  const authorizations = createAuthorizations(config, clients, keys)
  const tokens = createTokens(deps, keys)
  const signIns = createSignIns(deps, sessions)
  const logoutNotices = createLogoutNotices(deps, keys)
  const grants = [
    authorizationCodeGrant(deps, sessions, signIns, tokens),
    deviceCodeGrant(deps, sessions, tokens),
    refreshTokenGrant(deps, tokens),
  ]
  let app: ReturnType<typeof createApp>
  try {
    app = createApp(deps, {
      authenticate,
      signIn,
      signUp: createSignUp(deps, createAccounts(deps, passwords), signIn),
      passkeys: createPasskeys(deps, signIn),
      devices,
      accountViews,
      links,
      sessions,
      policies,
      claims,
      decisions,
      clients,
      credentials,
      pushedRequests: createPushedRequests(deps, clients, authorizations),
      keys,
      tokens,
      tokenStatus: createTokenStatus(deps),
      signIns,
      activities: createActivities(deps, signIns),
      passwordChange: createPasswordChange(deps, passwords),
      logouts: createLogouts(config, clients, keys, signIns),
      grants,
    })
    await keys.prepare()
    if (metrics) metricsListening = await listenForMetrics(config.metrics_listen, metrics)
    listening = await listen(app, deps, createWatches(deps, authenticate, { sessions, claims, accountViews }).route)
  } catch (error) {
    await metricsListening?.stop()
    await store.close()
    throw error
  }

  let sweeping: Promise<void> = Promise.resolve()
  let looks = 0
  let behind = false
  const sweep = async (): Promise<void> => {
    try {
      await sessions.sweep()
      deps.presence.sweep()
      logoutNotices.send()
      // Commands write to the same files: a revoked account's open sockets, for one, must hear of it.
      if (await store.changedElsewhere()) deps.hub.wakeAll()
      // As often as it takes: what one busy hour has left is gone as fast as it came.
      if (behind || looks++ % PRUNE_TURN === 0) behind = (await store.prune(clock.now(), PRUNE_SIZE)) >= PRUNE_SIZE
    } catch (error) {
      log.warn('sweep failed', { detail: String((error as Error).message) })
    }
  }
  const timer = setInterval(() => {
    sweeping = sweeping.then(sweep)
  }, SWEEP_EVERY)

  const stop = async (): Promise<void> => {
    clearInterval(timer)
    await listening?.stop()
    await metricsListening?.stop()
    await sweeping
    await logoutNotices.stop()
    await store.close()
  }
  let stopping: Promise<void> | undefined

  return {
    deps,
    port: listening.port,
    metrics_port: metricsListening?.port ?? null,
    routes: app.routes,
    sweep,
    stop() {
      stopping ??= stop()
      return stopping
    },
  }
}
