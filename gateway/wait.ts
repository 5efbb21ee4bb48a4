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

export interface Seen {
  version: number
  epoch: string
  presence?: number | undefined
}

/** `woken`: something has changed. `over`: the wait is, whatever there is to tell. */
export type Told = 'woken' | 'over' | 'gone'

export const isNews = (view: Seen, { after, epoch, presence }: Cursor): boolean =>
  view.version !== after || view.epoch !== epoch || (presence !== undefined && view.presence !== presence)

/**
 * Takes a place among those who wait, until the returned function is called. To be called before what is waited for is
 * first read, so that no change can fall between the two.
 */
export function attend(hub: Hub, topic: Topic, cursor: Cursor, tell: (what: Told) => void): () => void {
  const stop_listening = hub.listen(topic, () => tell('woken'))
  const give_back = hub.hold(cursor.slot, cursor.places, () => tell('over'))
  const timer = setTimeout(tell, cursor.wait * 1000, 'over')
  const stop_looking = cursor.onGone(() => tell('gone'))
  return () => {
    clearTimeout(timer)
    stop_looking()
    give_back()
    stop_listening()
  }
}

/** Resolves with what `read` gives once it differs from the cursor, or unchanged when the wait is over. */
export async function waitFor<V extends Seen>(
  hub: Hub,
  topic: Topic,
  read: () => Promise<V>,
  cursor: Cursor,
): Promise<V> {
  let over = cursor.wait === 0
  let wake = Promise.withResolvers<void>()
  const leave = attend(hub, topic, cursor, (what) => {
    over ||= what !== 'woken'
    wake.resolve()
  })
  try {
    for (;;) {
      const view = await read()
      if (over || isNews(view, cursor)) return view
      await wake.promise
      wake = Promise.withResolvers()
    }
  } finally {
    leave()
  }
}
