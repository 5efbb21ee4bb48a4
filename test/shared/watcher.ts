/** One who follows the fake gateway's session, and what was heard. */
import { onTestFinished, vi } from 'vitest'
import type { GatewayError } from '../../shared/client/call.ts'
import type { Liveness } from '../../shared/client/follow.ts'
import { watchSession } from '../../shared/client/watch.ts'
import type { SessionView } from '../../shared/protocol/session-messages.ts'
import { type FakeGateway, SECRET } from './fake-gateway.ts'

export interface Watcher {
  views: SessionView[]
  liveness: Liveness[]
  refused: GatewayError[]
  stop(): void
}

export function watch({ issuer }: FakeGateway, poll_secret = SECRET): Watcher {
  const controller = new AbortController()
  const seen: Watcher = { views: [], liveness: [], refused: [], stop: () => controller.abort() }
  const handlers = {
    onView: (next: SessionView) => seen.views.push(next),
    onLiveness: (next: Liveness) => seen.liveness.push(next),
    onRefused: (error: GatewayError) => seen.refused.push(error),
  }
  watchSession(issuer, 'session', poll_secret, handlers, controller.signal)
  onTestFinished(seen.stop)
  return seen
}

export const until = (assertion: () => void) => vi.waitFor(assertion, { timeout: 10_000, interval: 10 })
export const versions = ({ views }: Watcher) => views.map(({ version }) => version)
