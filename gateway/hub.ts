/**
 * Who waits for what. Topics are strings; a wake-up carries nothing, since state is read from the store. One place
 * behind sockets, long-polls and held token polls; another process's wake-ups would enter by `wake` too.
 */

export type Topic = `session:${string}` | `inbox:${string}` | `link:${string}`

export interface Hub {
  /** Calls `wake` after every change of the topic until the returned function is called. */
  listen(topic: Topic, wake: () => void): () => void
  wake(topic: Topic): void
  /** Every topic: something has changed, and it is not known what. */
  wakeAll(): void
  /** How many listen; for a session: whether its page is waiting right now. */
  listeners(topic: Topic): number
  /** Tells the one observer of a topic when its first listener comes and when its last one goes; returns the end of it. */
  observe(topic: Topic, onAttended: (attended: boolean) => void): () => void
  /**
   * Takes one of the `places` of `slot` for a held answer; who finds all of them taken makes the oldest answer at once by
   * its `answer`. Returns the giving back of the place.
   */
  hold(slot: string, places: number, answer: () => void): () => void
  /** How many listen to anything. */
  size(): number
  /** How many topics, observers and slots are kept: none when nobody waits. */
  kept(): number
  /** Every held answer is given now: the gateway is stopping. */
  release(): void
}

export function createHub(): Hub {
  const topics = new Map<Topic, Set<() => void>>()
  const observers = new Map<Topic, (attended: boolean) => void>()
  const holds = new Map<string, Set<() => void>>()
  const wake = (topic: Topic) => {
    const listeners = topics.get(topic)
    if (listeners) for (const listener of [...listeners]) listener()
  }
  return {
    listen(topic, listener) {
      const listeners = topics.get(topic) ?? new Set()
      topics.set(topic, listeners.add(listener))
      if (listeners.size === 1) observers.get(topic)?.(true)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0 || topics.get(topic) !== listeners) return
        topics.delete(topic)
        observers.get(topic)?.(false)
      }
    },
    wake,
    wakeAll() {
      for (const topic of [...topics.keys()]) wake(topic)
    },
    listeners: (topic) => topics.get(topic)?.size ?? 0,
    observe(topic, onAttended) {
      observers.set(topic, onAttended)
      return () => {
        observers.delete(topic)
      }
    },
    hold(slot, places, answer) {
      const held = holds.get(slot) ?? new Set()
      holds.set(slot, held.add(answer))
      if (held.size > places) {
        const [oldest] = held
        oldest?.()
      }
      return () => {
        held.delete(answer)
        if (held.size === 0 && holds.get(slot) === held) holds.delete(slot)
      }
    },
    kept: () => topics.size + observers.size + holds.size,
    size: () => [...topics.values()].reduce((sum, listeners) => sum + listeners.size, 0),
    release() {
      for (const held of [...holds.values()]) for (const answer of [...held]) answer()
    },
  }
}
