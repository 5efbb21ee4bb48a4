/**
 * Answers that are held. A request that has nothing to be told yet is put aside whole, and is asked again from the start
 * once there may be news or its time is over. So what waits is a small record and no suspended handler, which would be
 * most of what a waiting page costs; and who was revoked or signed out meanwhile is refused as anybody else is.
 */
import type { IncomingMessage } from 'node:http'
import type { Hub, Topic } from '../hub.ts'
import { attend, type Cursor, isNews, type Seen } from '../wait.ts'
import type { Ctx } from './request.ts'

interface Aside {
  /** Milliseconds of the monotonic clock. */
  begun_at: number
  ends_at: number
}

const aside = new WeakMap<IncomingMessage, Aside>()

/** When this request was asked for the first time, in milliseconds of the monotonic clock. */
export const begunAt = (c: Ctx): number => aside.get(c.env?.incoming)?.begun_at ?? performance.now()

/** Whether there is no answer yet, but a request put aside. */
export const isPutAside = ({ res, env }: Ctx): boolean => res === env?.put_aside

/** Answers with what `read` gives once it differs from the cursor, or unchanged when the wait is over. */
export async function held<V extends Seen & object>(
  c: Ctx,
  hub: Hub,
  topic: Topic,
  read: () => Promise<V>,
  cursor: Cursor,
): Promise<Response> {
  const { incoming, outgoing, ask, put_aside } = c.env
  const now = performance.now()
  const { begun_at, ends_at } = aside.get(incoming) ?? { begun_at: now, ends_at: now + cursor.wait * 1000 }
  const left = { ...cursor, wait: Math.max(0, ends_at - now) / 1000 }
  let over = left.wait === 0
  let woken = false
  let waits = false
  const leave = attend(hub, topic, left, (what) => {
    over ||= what !== 'woken'
    woken = true
    if (!waits) return
    leave()
    if (what === 'gone') return
    aside.set(incoming, { begun_at, ends_at: over ? 0 : ends_at })
    ask(incoming, outgoing)
  })
  try {
    do {
      woken = false
      const view = await read()
      if (over || isNews(view, cursor)) return c.json(view)
    } while (woken)
    waits = true
    return put_aside
  } finally {
    if (!waits) leave()
  }
}
