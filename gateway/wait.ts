/**
 * The one question behind long-polls and held polls: tell me when the version is no longer the one I have. Answers with
 * the newest state, so nothing is ever replayed or lost between two waits.
 */
import type { Hub, Topic } from './hub.ts'

export interface Cursor {
  after: number
  epoch: string
  /** Of a view that has it; missing where the client does not ask for it. */
  presence?: number | undefined
  /** Seconds to hold when nothing is new; 0 asks without waiting. */
  wait: number
  /** Who waits. */
  slot: string
  /** Waits of one slot that are held; one more makes the oldest answer at once. */
  places: number
  /** Calls `gone` when the client has gone, until the returned function is called. */
  onGone(gone: () => void): () => void
}

interface Seen {
  version: number
  epoch: string
  presence?: number | undefined
}

const isNews = (view: Seen, { after, epoch, presence }: Cursor): boolean =>
  view.version !== after || view.epoch !== epoch || (presence !== undefined && view.presence !== presence)

/** Resolves with what `read` gives once it differs from the cursor, or unchanged when the wait is over. */
export async function waitFor<V extends Seen>(
  hub: Hub,
  topic: Topic,
  read: () => Promise<V>,
  cursor: Cursor,
): Promise<V> {
  const { promise: over, resolve: end } = Promise.withResolvers<'over'>()
  let wake = Promise.withResolvers<'woken'>()
  // Listening starts before the first read, so that no change can fall between the two.
  const stop_listening = hub.listen(topic, () => wake.resolve('woken'))
  const give_back = hub.hold(cursor.slot, cursor.places, () => end('over'))
  const timer = setTimeout(() => end('over'), cursor.wait * 1000)
  const stop_looking = cursor.onGone(() => end('over'))
  try {
    for (;;) {
      const view = await read()
      if (isNews(view, cursor) || cursor.wait === 0) return view
      if ((await Promise.race([wake.promise, over])) === 'over') return await read()
      wake = Promise.withResolvers()
    }
  } finally {
    clearTimeout(timer)
    stop_looking()
    give_back()
    stop_listening()
  }
}
