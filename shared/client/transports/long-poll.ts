/** Watching by held requests: a plain read first, then one request at a time that the gateway answers when it has news. */
import { call, GatewayError } from '../call.ts'
import { HELD_AT_LEAST_MS, HOLD_AFTER_CUT, HOLD_MS, MARGIN_MS } from '../patience.ts'
import { type Ending, isPassing, type Run, type Transport, type Versioned } from './transport.ts'

/** The state right now, not waited for. */
export const readNow = <V extends Versioned>(run: Run<V>, most_ms: number): Promise<V> =>
  ask(run, { hold_ms: 0, most_ms })

export const longPoll: Transport = async (run) => {
  const looked = new AbortController()
  const stop_looking = run.life.onLook(() => looked.abort())
  const signal = AbortSignal.any([run.signal, looked.signal])
  try {
    return await poll({ ...run, signal })
  } catch (error) {
    if (run.signal.aborted) return { kind: 'over' }
    // What was asked before the machine slept, or on another network, may never be answered.
    if (looked.signal.aborted) return { kind: 'turn' }
    throw error
  } finally {
    stop_looking()
  }
}

async function poll<V extends Versioned>(run: Run<V>): Promise<Ending> {
  let held = false
  let asked_at = performance.now()
  try {
    let view = await readNow(run, MARGIN_MS)
    run.onView(view)
    while (!run.source.isLast(view)) {
      const before = run.newest()
      held = true
      asked_at = performance.now()
      view = await ask(run, { hold_ms: run.hold.ms, most_ms: run.hold.ms + MARGIN_MS })
      run.onView(view)
      const nothing_new = run.newest() === before
      if (nothing_new && performance.now() - asked_at < HELD_AT_LEAST_MS) return { kind: 'cut' }
    }
    return { kind: 'over' }
  } catch (error) {
    if (run.signal.aborted || !(error instanceof GatewayError)) throw error
    if (!isPassing(error)) return { kind: 'refused', error }
    if (held && learnFromCut(run, performance.now() - asked_at)) return { kind: 'turn' }
    return { kind: 'cut', retry_after: error.retry_after }
  }
}

/** Something in between does not let a request be held for so long: the next ones are held shorter, and at once. */
function learnFromCut({ hold }: Pick<Run<Versioned>, 'hold'>, lasted: number): boolean {
  if (lasted < HELD_AT_LEAST_MS || lasted >= hold.ms || hold.ms === HOLD_MS.least) return false
  hold.ms = Math.max(HOLD_MS.least, Math.floor((lasted * HOLD_AFTER_CUT) / 1000) * 1000)
  return true
}

function ask<V extends Versioned>(run: Run<V>, { hold_ms, most_ms }: { hold_ms: number; most_ms: number }) {
  const { source, signal } = run
  const newest = run.newest()
  const url = new URL(source.url)
  url.searchParams.set('wait', String(hold_ms / 1000))
  if (newest !== null) {
    url.searchParams.set('after', String(newest.version))
    url.searchParams.set('epoch', newest.epoch)
    if (newest.presence !== undefined) url.searchParams.set('presence', String(newest.presence))
  }
  const credentials = source.bearer === null ? 'same-origin' : 'omit'
  return call(url.href, source.schema, {
    bearer: source.bearer,
    credentials,
    signal,
    timeout_seconds: most_ms / 1000,
  })
}
