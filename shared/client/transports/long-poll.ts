/** Watching by held requests: a plain read first, then one request at a time that the gateway answers when it has news. */
import { call, GatewayError } from '../call.ts'
import { endingOf, type Run, type Transport, type Versioned } from './transport.ts'

/** Seconds the gateway may hold a request; below the 30 s at which many proxies give up. */
const HOLD_SECONDS = 20
const MARGIN_SECONDS = 8

/** An answer without news that comes faster was not held: a third waiter, or a gateway that is stopping. */
const HELD_AT_LEAST_MS = 1000

/** The state right now, not waited for. Seconds until it gives up: `timeout_seconds`. */
export const readNow = <V extends Versioned>(run: Run<V>, timeout_seconds: number): Promise<V> =>
  ask(run, { wait: 0, timeout_seconds })

export const longPoll: Transport = async (run) => {
  try {
    let view = await readNow(run, MARGIN_SECONDS)
    run.onView(view)
    while (!run.source.isLast(view)) {
      const asked_at = performance.now()
      if (asked_at >= run.until) return { kind: 'turn' }
      const before = run.newest()
      view = await ask(run, { wait: HOLD_SECONDS, timeout_seconds: HOLD_SECONDS + MARGIN_SECONDS })
      run.onView(view)
      const nothing_new = run.newest() === before
      if (nothing_new && performance.now() - asked_at < HELD_AT_LEAST_MS) return { kind: 'cut' }
    }
    return { kind: 'over' }
  } catch (error) {
    if (run.signal.aborted) return { kind: 'over' }
    if (error instanceof GatewayError) return endingOf(error)
    throw error
  }
}

function ask<V extends Versioned>(run: Run<V>, { wait, timeout_seconds }: { wait: number; timeout_seconds: number }) {
  const { source, signal } = run
  const newest = run.newest()
  const url = new URL(source.url)
  url.searchParams.set('wait', String(wait))
  if (newest !== null) {
    url.searchParams.set('after', String(newest.version))
    url.searchParams.set('epoch', newest.epoch)
  }
  const credentials = source.bearer === null ? 'same-origin' : 'omit'
  return call(url.href, source.schema, { bearer: source.bearer, credentials, signal, timeout_seconds })
}
