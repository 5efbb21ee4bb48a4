/**
 * Who waits for what. Topics are strings; a wake-up carries nothing, since state is read from the store. One place
 * behind sockets, long-polls and held token polls; another process's wake-ups would enter by `wake` too.
 */

export type Topic = `session:${string}` | `inbox:${string}` | `link:${string}`

export interface Hub {
  /** Calls `wake` after every change of the topic until the returned function is called. */
  listen(topic: Topic, wake: () => void): () => void
  wake(topic: Topic): void
  /** How many listen; for a session: whether its page is waiting right now. */
  listeners(topic: Topic): number
  /** All topics' listeners at once: the gateway is stopping. */
  wakeAll(): void
  size(): number
}

export function createHub(): Hub {
  const topics = new Map<Topic, Set<() => void>>()
  const wake = (topic: Topic) => {
    const listeners = topics.get(topic)
    if (listeners) for (const listener of [...listeners]) listener()
  }
  return {
    listen(topic, listener) {
      const listeners = topics.get(topic) ?? new Set()
      topics.set(topic, listeners.add(listener))
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0 && topics.get(topic) === listeners) topics.delete(topic)
      }
    },
    wake,
    listeners: (topic) => topics.get(topic)?.size ?? 0,
    wakeAll() {
      for (const topic of [...topics.keys()]) wake(topic)
    },
    size: () => [...topics.values()].reduce((sum, listeners) => sum + listeners.size, 0),
  }
}
